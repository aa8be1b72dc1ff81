import { int, offset, tensor } from './call';

export function plainConv2d(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const w = tensor(a, 1);
  const bias = tensor(a, 2);
  const y = tensor(a, 3);
  const C = int(a, 5);
  const H = int(a, 6);
  const W = int(a, 7);
  const O = int(a, 8);
  const KH = int(a, 9);
  const KW = int(a, 10);
  const OH = int(a, 15);
  const OW = int(a, 16);
  const groups = int(a, 19);
  const relu = int(a, 20) === 1;
  const groupIn = C / groups;
  const groupOut = O / groups;
  for (let plane = begin; plane < end; plane++) {
    const n = plane / O;
    const o = plane % O;
    const firstChannel = (o / groupOut) * groupIn;
    for (let oh = 0; oh < OH; oh++) {
      for (let ow = 0; ow < OW; ow++) {
        let sum: f32 = 0;
        for (let c = 0; c < groupIn; c++) {
          const image = x + offset((n * C + firstChannel + c) * H * W);
          const kernel = w + offset((o * groupIn + c) * KH * KW);
          for (let kh = 0; kh < KH; kh++) {
            const ih = oh * int(a, 11) + kh * int(a, 17) - int(a, 13);
            if (ih < 0 || ih >= H) continue;
            for (let kw = 0; kw < KW; kw++) {
              const iw = ow * int(a, 12) + kw * int(a, 18) - int(a, 14);
              if (iw < 0 || iw >= W) continue;
              sum += load<f32>(kernel + offset(kh * KW + kw)) * load<f32>(image + offset(ih * W + iw));
            }
          }
        }
        if (bias) sum += load<f32>(bias + offset(o));
        store<f32>(y + offset((plane * OH + oh) * OW + ow), relu && sum < 0 ? 0 : sum);
      }
    }
  }
}

export function plainDataGradient(a: usize, begin: i32, end: i32): void {
  const dy = tensor(a, 0);
  const kernels = tensor(a, 1);
  const dx = tensor(a, 2);
  const C = int(a, 4);
  const H = int(a, 5);
  const W = int(a, 6);
  const O = int(a, 7);
  const KH = int(a, 8);
  const KW = int(a, 9);
  const strideH = int(a, 10);
  const strideW = int(a, 11);
  const OH = int(a, 14);
  const OW = int(a, 15);
  const groups = int(a, 18);
  const groupIn = C / groups;
  const groupOut = O / groups;
  for (let plane = begin; plane < end; plane++) {
    const n = plane / C;
    const c = plane % C;
    const firstOutput = (c / groupIn) * groupOut;
    for (let h = 0; h < H; h++) {
      for (let w = 0; w < W; w++) {
        let sum: f32 = 0;
        for (let o = firstOutput; o < firstOutput + groupOut; o++) {
          const image = dy + offset((n * O + o) * OH * OW);
          const kernel = kernels + offset((o * groupIn + (c % groupIn)) * KH * KW);
          for (let kh = 0; kh < KH; kh++) {
            const down = h + int(a, 12) - kh * int(a, 16);
            if (down < 0 || down % strideH !== 0 || down / strideH >= OH) continue;
            for (let kw = 0; kw < KW; kw++) {
              const right = w + int(a, 13) - kw * int(a, 17);
              if (right < 0 || right % strideW !== 0 || right / strideW >= OW) continue;
              sum +=
                load<f32>(kernel + offset(kh * KW + kw)) *
                load<f32>(image + offset((down / strideH) * OW + right / strideW));
            }
          }
        }
        store<f32>(dx + offset((plane * H + h) * W + w), sum);
      }
    }
  }
}

/** Of N images of the call `a`, from x and dy on. */
export function plainWeightGradient(
  a: usize,
  x: usize,
  dy: usize,
  dw: usize,
  N: i32,
  begin: i32,
  end: i32,
): void {
  const C = int(a, 4);
  const H = int(a, 5);
  const W = int(a, 6);
  const O = int(a, 7);
  const KH = int(a, 8);
  const KW = int(a, 9);
  const OH = int(a, 14);
  const OW = int(a, 15);
  const groups = int(a, 18);
  const groupIn = C / groups;
  const groupOut = O / groups;
  const blockRows = max(1, 512 / OW);
  for (let o = begin; o < end; o++) {
    for (let c = 0; c < groupIn; c++) {
      const channel = (o / groupOut) * groupIn + c;
      for (let tap = 0; tap < KH * KW; tap++) {
        const fromH = (tap / KW) * int(a, 16) - int(a, 12);
        const fromW = (tap % KW) * int(a, 17) - int(a, 13);
        let total: f32 = 0;
        for (let row0 = 0; row0 < N * OH; row0 += blockRows) {
          for (let ow0 = 0; ow0 < OW; ow0 += 512) {
            let s0: f32 = 0;
            let s1: f32 = 0;
            let s2: f32 = 0;
            let s3: f32 = 0;
            for (let row = row0; row < min(row0 + blockRows, N * OH); row++) {
              const n = row / OH;
              const h = (row % OH) * int(a, 10) + fromH;
              if (h < 0 || h >= H) continue;
              for (let ow = ow0; ow < min(ow0 + 512, OW); ow++) {
                const w = ow * int(a, 11) + fromW;
                if (w < 0 || w >= W) continue;
                const product =
                  load<f32>(dy + offset(((n * O + o) * OH + (row % OH)) * OW + ow)) *
                  load<f32>(x + offset(((n * C + channel) * H + h) * W + w));
                const lane = ow & 3;
                if (lane === 0) s0 += product;
                else if (lane === 1) s1 += product;
                else if (lane === 2) s2 += product;
                else s3 += product;
              }
            }
            total += s0 + s1 + (s2 + s3);
          }
        }
        store<f32>(dw + offset((o * groupIn + c) * KH * KW + tap), total);
      }
    }
  }
}

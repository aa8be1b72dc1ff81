import { int, offset, tensor } from './call';
import { Sizes } from './convolution-axis';
import { correlate } from './correlation';
import { horizontalAxis, thePass, verticalAxis } from './correlation-pass';
import { plainConv2d, plainDataGradient, plainWeightGradient } from './plain-convolution';
import { gradient, theGradient } from './weight-gradient';

export function conv2d(a: usize, begin: i32, end: i32): void {
  const s = changetype<Sizes>(a + 16);
  const p = thePass();
  const v = verticalAxis();
  const h = horizontalAxis();
  p.source = tensor(a, 0);
  p.weights = tensor(a, 1);
  p.bias = tensor(a, 2);
  p.destination = tensor(a, 3);
  p.relu = int(a, 20);
  p.groups = s.groups;
  p.sources = s.C / s.groups;
  p.rows = s.O / s.groups;
  p.sourceWords = s.H * s.W;
  p.destinationWords = s.OH * s.OW;
  p.destinationPitch = s.OW;
  p.weightSource = s.KH * s.KW;
  p.weightRow = p.sources * p.weightSource;
  p.weightGroup = p.rows * p.weightRow;
  v.forward(s.H, s.OH, s.KH, s.strideH, s.padTop, s.dilationH);
  h.forward(s.W, s.OW, s.KW, s.strideW, s.padLeft, s.dilationW);
  if (!correlate(p, v, h, begin, end)) plainConv2d(a, begin, end);
}

export function conv2dDataGradient(a: usize, begin: i32, end: i32): void {
  const s = changetype<Sizes>(a + 12);
  const p = thePass();
  const v = verticalAxis();
  const h = horizontalAxis();
  p.source = tensor(a, 0);
  p.weights = tensor(a, 1);
  p.bias = 0;
  p.destination = tensor(a, 2);
  p.relu = 0;
  p.groups = s.groups;
  p.sources = s.O / s.groups;
  p.rows = s.C / s.groups;
  p.sourceWords = s.OH * s.OW;
  p.destinationWords = s.H * s.W;
  p.destinationPitch = s.W;
  p.weightRow = s.KH * s.KW;
  p.weightSource = p.rows * p.weightRow;
  p.weightGroup = p.sources * p.weightSource;
  for (let top = 0; top < min(s.strideH, s.H); top++) {
    v.backward(s.OH, s.H, s.KH, s.strideH, s.padTop, s.dilationH, top);
    for (let left = 0; left < min(s.strideW, s.W); left++) {
      h.backward(s.OW, s.W, s.KW, s.strideW, s.padLeft, s.dilationW, left);
      if (!correlate(p, v, h, begin, end)) {
        plainDataGradient(a, begin, end);
        return;
      }
    }
  }
}

export function conv2dWeightGradient(a: usize, begin: i32, end: i32): void {
  const s = changetype<Sizes>(a + 12);
  const g = theGradient();
  g.v = verticalAxis();
  g.h = horizontalAxis();
  g.groups = s.groups;
  g.sources = s.C / s.groups;
  g.outputs = s.O / s.groups;
  g.v.forward(s.H, s.OH, s.KH, s.strideH, s.padTop, s.dilationH);
  g.h.forward(s.W, s.OW, s.KW, s.strideW, s.padLeft, s.dilationW);
  const parts = int(a, 19);
  for (let part = begin / s.O; part * s.O < end; part++) {
    const first = i32((i64(s.N) * part) / parts);
    g.images = i32((i64(s.N) * (part + 1)) / parts) - first;
    g.x = tensor(a, 0) + offset(first * s.C * s.H * s.W);
    g.dy = tensor(a, 1) + offset(first * s.O * s.OH * s.OW);
    g.dw = tensor(a, 2) + offset(part * s.O * g.sources * s.KH * s.KW);
    const from = max(begin - part * s.O, 0);
    const to = min(end - part * s.O, s.O);
    if (!gradient(g, from, to)) plainWeightGradient(a, g.x, g.dy, g.dw, g.images, from, to);
  }
}

import { float, int, offset, tensor } from './call';
import { Functions } from './functions';
import { Lanes } from './lanes';

// The numbers are those of declared/activation.ts. Each kind has a loop of its own: `kind` is a literal wherever the
// functions below are melted in.

const seluLambda: f32 = 1.0507009873554805;
const seluAlpha: f32 = 1.6732632423543772;
const cubic: f32 = 0.044715;
const rootTwoOverPi: f32 = 0.7978845608028654;
const twoOverRootPi: f32 = 1.1283791670955126;

class Activations {
  @inline
  static valueOf(kind: i32, x: v128, p: v128): v128 {
    const zero = f32x4.splat(0);
    if (kind === 1) return f32x4.pmax(x, zero);
    if (kind === 2) return v128.bitselect(x, f32x4.mul(p, x), f32x4.gt(x, zero));
    if (kind === 3) return Functions.logistic(x);
    if (kind === 4) return Functions.tanh(x);
    if (kind === 5) return v128.bitselect(x, f32x4.mul(p, Functions.expm1(x)), f32x4.gt(x, zero));
    if (kind === 6) {
      const bent = f32x4.mul(f32x4.splat(seluAlpha), Functions.expm1(x));
      return f32x4.mul(f32x4.splat(seluLambda), v128.bitselect(x, bent, f32x4.gt(x, zero)));
    }
    if (kind === 7) return f32x4.add(f32x4.pmax(x, zero), Functions.log1p(Functions.decay(x)));
    if (kind === 8) return f32x4.mul(x, Functions.logistic(f32x4.mul(p, x)));
    if (kind === 9) return f32x4.mul(x, Functions.normalDistribution(x));
    if (kind === 10) {
      const t = Functions.tanh(Activations.innerOf(x));
      return f32x4.mul(f32x4.mul(x, f32x4.splat(0.5)), f32x4.add(f32x4.splat(1), t));
    }
    if (kind === 12) return f32x4.pmin(f32x4.pmax(x, zero), p);
    if (kind === 13) return f32x4.pmin(f32x4.pmax(x, f32x4.neg(p)), p);
    if (kind === 26) return f32x4.pmax(x, p);
    if (kind === 27) return f32x4.pmin(x, p);
    if (kind === 14) return Functions.exp(x);
    if (kind === 15) return Functions.logOfAny(x);
    if (kind === 16) return f32x4.sqrt(x);
    if (kind === 17) return f32x4.div(f32x4.splat(1), x);
    if (kind === 18) return f32x4.floor(x);
    if (kind === 19) return f32x4.ceil(x);
    if (kind === 20) return f32x4.nearest(x);
    if (kind === 21) {
      const above = v128.and(f32x4.splat(1), f32x4.gt(x, zero));
      const side = v128.bitselect(f32x4.splat(-1), above, f32x4.lt(x, zero));
      return v128.bitselect(side, x, f32x4.ne(v128.and(side, f32x4.eq(x, x)), zero));
    }
    if (kind === 22) return Functions.sine(x);
    if (kind === 23) return Functions.cosine(x);
    if (kind === 24) return Functions.erf(x);
    if (kind === 25) return f32x4.add(x, p);
    const lifted = f32x4.pmax(f32x4.add(x, f32x4.splat(3)), zero);
    const clipped = f32x4.pmin(lifted, f32x4.splat(6));
    return f32x4.mul(x, f32x4.mul(clipped, f32x4.splat(1.0 / 6.0)));
  }

  @inline
  static innerOf(x: v128): v128 {
    const square = f32x4.mul(x, x);
    const bent = f32x4.add(f32x4.splat(1), f32x4.mul(f32x4.splat(cubic), square));
    return f32x4.mul(f32x4.mul(f32x4.splat(rootTwoOverPi), x), bent);
  }

  @inline
  static gradientOf(kind: i32, given: v128, dy: v128, p: v128): v128 {
    const zero = f32x4.splat(0);
    const one = f32x4.splat(1);
    if (kind === 1) return v128.and(dy, f32x4.gt(given, zero));
    if (kind === 2) return v128.bitselect(dy, f32x4.mul(p, dy), f32x4.gt(given, zero));
    if (kind === 3) return f32x4.mul(f32x4.mul(dy, given), f32x4.sub(one, given));
    if (kind === 4) return f32x4.mul(dy, f32x4.sub(one, f32x4.mul(given, given)));
    if (kind === 5) {
      return v128.bitselect(dy, f32x4.mul(dy, f32x4.add(given, p)), f32x4.gt(given, zero));
    }
    if (kind === 6) {
      const below = f32x4.add(given, f32x4.splat(seluLambda * seluAlpha));
      return f32x4.mul(dy, v128.bitselect(f32x4.splat(seluLambda), below, f32x4.gt(given, zero)));
    }
    if (kind === 7) return f32x4.mul(dy, Functions.logistic(given));
    if (kind === 8) {
      const scaled = f32x4.mul(p, given);
      const s = Functions.logistic(scaled);
      const rest = f32x4.mul(scaled, f32x4.sub(one, s));
      return f32x4.mul(dy, f32x4.mul(s, f32x4.add(one, rest)));
    }
    if (kind === 9) {
      const density = Functions.normalDensity(given);
      return f32x4.mul(dy, f32x4.add(Functions.normalDistribution(given), f32x4.mul(given, density)));
    }
    if (kind === 10) {
      const t = Functions.tanh(Activations.innerOf(given));
      const half = f32x4.splat(0.5);
      const square = f32x4.mul(given, given);
      const bent = f32x4.add(one, f32x4.mul(f32x4.splat(3 * cubic), square));
      const slope = f32x4.mul(f32x4.splat(rootTwoOverPi), bent);
      const side = f32x4.mul(f32x4.mul(f32x4.mul(half, given), f32x4.sub(one, f32x4.mul(t, t))), slope);
      return f32x4.mul(dy, f32x4.add(f32x4.mul(half, f32x4.add(one, t)), side));
    }
    if (kind === 12) return v128.and(dy, v128.and(f32x4.gt(given, zero), f32x4.lt(given, p)));
    if (kind === 13) return v128.and(dy, f32x4.lt(f32x4.abs(given), p));
    if (kind === 26) return v128.and(dy, f32x4.gt(given, p));
    if (kind === 27) return v128.and(dy, f32x4.lt(given, p));
    if (kind === 14) return f32x4.mul(dy, given);
    if (kind === 15) return f32x4.div(dy, given);
    if (kind === 16) return f32x4.div(dy, f32x4.add(given, given));
    if (kind === 17) return f32x4.neg(f32x4.mul(dy, f32x4.mul(given, given)));
    if (kind >= 18 && kind <= 21) return zero;
    if (kind === 22) return f32x4.mul(dy, Functions.cosine(given));
    if (kind === 23) return f32x4.neg(f32x4.mul(dy, Functions.sine(given)));
    if (kind === 24) {
      const bell = Functions.decay(f32x4.mul(given, given));
      return f32x4.mul(dy, f32x4.mul(f32x4.splat(twoOverRootPi), bell));
    }
    if (kind === 25) return dy;
    const slope = f32x4.mul(f32x4.add(f32x4.add(given, given), f32x4.splat(3)), f32x4.splat(1.0 / 6.0));
    const inside = v128.bitselect(dy, f32x4.mul(dy, slope), f32x4.ge(given, f32x4.splat(3)));
    return v128.bitselect(zero, inside, f32x4.le(given, f32x4.splat(-3)));
  }

  @inline
  static values(kind: i32, a: usize, begin: i32, end: i32): void {
    const x = tensor(a, 0);
    const y = tensor(a, 1);
    const p = f32x4.splat(float(a, 4));
    let i = begin;
    // A ReLU costs less than the question whether four numbers are left.
    if (kind === 1) {
      for (; i + 4 <= end; i += 4) {
        v128.store(y + offset(i), Activations.valueOf(1, v128.load(x + offset(i)), p));
      }
    }
    for (; i < end; i += 4) {
      const at = offset(i);
      const n = end - i;
      Lanes.store(y + at, Activations.valueOf(kind, Lanes.load(x + at, n), p), n);
    }
  }

  @inline
  static gradients(kind: i32, a: usize, begin: i32, end: i32): void {
    const given = tensor(a, 0);
    const dy = tensor(a, 1);
    const dx = tensor(a, 2);
    const p = f32x4.splat(float(a, 5));
    let i = begin;
    if (kind === 1) {
      for (; i + 4 <= end; i += 4) {
        const at = offset(i);
        v128.store(dx + at, Activations.gradientOf(1, v128.load(given + at), v128.load(dy + at), p));
      }
    }
    for (; i < end; i += 4) {
      const at = offset(i);
      const n = end - i;
      Lanes.store(
        dx + at,
        Activations.gradientOf(kind, Lanes.load(given + at, n), Lanes.load(dy + at, n), p),
        n,
      );
    }
  }
}

export function activation(a: usize, begin: i32, end: i32): void {
  switch (int(a, 3)) {
    case 1:
      Activations.values(1, a, begin, end);
      return;
    case 2:
      Activations.values(2, a, begin, end);
      return;
    case 3:
      Activations.values(3, a, begin, end);
      return;
    case 4:
      Activations.values(4, a, begin, end);
      return;
    case 5:
      Activations.values(5, a, begin, end);
      return;
    case 6:
      Activations.values(6, a, begin, end);
      return;
    case 7:
      Activations.values(7, a, begin, end);
      return;
    case 8:
      Activations.values(8, a, begin, end);
      return;
    case 9:
      Activations.values(9, a, begin, end);
      return;
    case 10:
      Activations.values(10, a, begin, end);
      return;
    case 12:
      Activations.values(12, a, begin, end);
      return;
    case 26:
      Activations.values(26, a, begin, end);
      break;
    case 27:
      Activations.values(27, a, begin, end);
      break;
    case 13:
      Activations.values(13, a, begin, end);
      return;
    case 14:
      Activations.values(14, a, begin, end);
      return;
    case 15:
      Activations.values(15, a, begin, end);
      return;
    case 16:
      Activations.values(16, a, begin, end);
      return;
    case 17:
      Activations.values(17, a, begin, end);
      return;
    case 18:
      Activations.values(18, a, begin, end);
      return;
    case 19:
      Activations.values(19, a, begin, end);
      return;
    case 20:
      Activations.values(20, a, begin, end);
      return;
    case 21:
      Activations.values(21, a, begin, end);
      return;
    case 22:
      Activations.values(22, a, begin, end);
      return;
    case 23:
      Activations.values(23, a, begin, end);
      return;
    case 24:
      Activations.values(24, a, begin, end);
      return;
    case 25:
      Activations.values(25, a, begin, end);
      return;
    default:
      Activations.values(11, a, begin, end);
  }
}

export function activationGradient(a: usize, begin: i32, end: i32): void {
  switch (int(a, 4)) {
    case 1:
      Activations.gradients(1, a, begin, end);
      return;
    case 2:
      Activations.gradients(2, a, begin, end);
      return;
    case 3:
      Activations.gradients(3, a, begin, end);
      return;
    case 4:
      Activations.gradients(4, a, begin, end);
      return;
    case 5:
      Activations.gradients(5, a, begin, end);
      return;
    case 6:
      Activations.gradients(6, a, begin, end);
      return;
    case 7:
      Activations.gradients(7, a, begin, end);
      return;
    case 8:
      Activations.gradients(8, a, begin, end);
      return;
    case 9:
      Activations.gradients(9, a, begin, end);
      return;
    case 10:
      Activations.gradients(10, a, begin, end);
      return;
    case 12:
      Activations.gradients(12, a, begin, end);
      return;
    case 26:
      Activations.gradients(26, a, begin, end);
      break;
    case 27:
      Activations.gradients(27, a, begin, end);
      break;
    case 13:
      Activations.gradients(13, a, begin, end);
      return;
    case 14:
      Activations.gradients(14, a, begin, end);
      return;
    case 15:
      Activations.gradients(15, a, begin, end);
      return;
    case 16:
      Activations.gradients(16, a, begin, end);
      return;
    case 17:
      Activations.gradients(17, a, begin, end);
      return;
    case 18:
      Activations.gradients(18, a, begin, end);
      return;
    case 19:
      Activations.gradients(19, a, begin, end);
      return;
    case 20:
      Activations.gradients(20, a, begin, end);
      return;
    case 21:
      Activations.gradients(21, a, begin, end);
      return;
    case 22:
      Activations.gradients(22, a, begin, end);
      return;
    case 23:
      Activations.gradients(23, a, begin, end);
      return;
    case 24:
      Activations.gradients(24, a, begin, end);
      return;
    case 25:
      Activations.gradients(25, a, begin, end);
      return;
    default:
      Activations.gradients(11, a, begin, end);
  }
}

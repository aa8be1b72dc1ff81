import { int, offset, tensor } from './call';
import { FourColumns } from './softmax-columns';
import { Row } from './softmax-row';

/** Columns from `column` to `end` that lie side by side; at most four. */
function beside(column: i32, end: i32, inner: i32): i32 {
  return min(min(inner - (column % inner), end - column), 4);
}

/** Bytes from the start of a tensor to the first number of a column. */
function startOf(column: i32, N: i32, inner: i32): usize {
  return offset((column / inner) * N * inner + (column % inner));
}

export function softmax(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const N = int(a, 3);
  const inner = int(a, 4);
  for (let column = begin; column < end; ) {
    const at = startOf(column, N, inner);
    const count = beside(column, end, inner);
    if (inner === 1) Row.softmax(x + at, y + at, N);
    else FourColumns.softmax(x + at, y + at, N, offset(inner), count);
    column += count;
  }
}

export function softmaxGradient(a: usize, begin: i32, end: i32): void {
  const y = tensor(a, 0);
  const dy = tensor(a, 1);
  const dx = tensor(a, 2);
  const N = int(a, 4);
  const inner = int(a, 5);
  for (let column = begin; column < end; ) {
    const at = startOf(column, N, inner);
    const count = beside(column, end, inner);
    if (inner === 1) Row.softmaxGradient(y + at, dy + at, dx + at, N);
    else FourColumns.softmaxGradient(y + at, dy + at, dx + at, N, offset(inner), count);
    column += count;
  }
}

export function logSoftmax(a: usize, begin: i32, end: i32): void {
  const x = tensor(a, 0);
  const y = tensor(a, 1);
  const N = int(a, 3);
  const inner = int(a, 4);
  for (let column = begin; column < end; ) {
    const at = startOf(column, N, inner);
    const count = beside(column, end, inner);
    if (inner === 1) Row.logSoftmax(x + at, y + at, N);
    else FourColumns.logSoftmax(x + at, y + at, N, offset(inner), count);
    column += count;
  }
}

export function logSoftmaxGradient(a: usize, begin: i32, end: i32): void {
  const y = tensor(a, 0);
  const dy = tensor(a, 1);
  const dx = tensor(a, 2);
  const N = int(a, 4);
  const inner = int(a, 5);
  for (let column = begin; column < end; ) {
    const at = startOf(column, N, inner);
    const count = beside(column, end, inner);
    if (inner === 1) Row.logSoftmaxGradient(y + at, dy + at, dx + at, N);
    else FourColumns.logSoftmaxGradient(y + at, dy + at, dx + at, N, offset(inner), count);
    column += count;
  }
}

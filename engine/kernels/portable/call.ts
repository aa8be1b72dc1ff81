// How a kernel reads its record: argument words stand in a row from `a`.

/** Address of a tensor; 0 when it is absent. */
export function tensor(a: usize, index: i32): usize {
  return (<usize>load<u32>(a + ((<usize>index) << 2))) << 2;
}

export function int(a: usize, index: i32): i32 {
  return load<i32>(a + ((<usize>index) << 2));
}

export function float(a: usize, index: i32): f32 {
  return load<f32>(a + ((<usize>index) << 2));
}

/** Bytes from the start of a tensor to its element `index`. */
export function offset(index: i32): usize {
  return (<usize>index) << 2;
}

/** Words of Python, what every torch.nn.Module has already, and what passes through a repeated block are called. */
const taken = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield match case type self super torch nn F ' +
    'forward training parameters buffers modules children named_parameters named_buffers named_modules named_children ' +
    'state_dict load_state_dict train eval to cpu cuda xpu ipu float double half bfloat16 apply compile zero_grad ' +
    'requires_grad_ add_module register_module register_buffer register_parameter get_parameter get_buffer ' +
    'get_submodule share_memory extra_repr dump_patches call_super_init print len range sum list str int open part'
  ).split(' '),
);

/** Letters of any language, digits and `_`, not beginning with a digit; `_` behind what Python or PyTorch needs itself. */
function identifier(name: string): string {
  const plain = name
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{Nd}_]+/gu, '_')
    .replace(/^(?=\p{Nd})/u, '_');
  const word = /[^_]/.test(plain) ? plain : `layer${plain}`;
  return taken.has(word) ? `${word}_` : word;
}

/** Gives every name of one place an identifier of its own. */
export class PythonNames {
  private readonly used = new Set<string>();

  take(name: string): string {
    const word = identifier(name);
    let free = word;
    for (let number = 2; this.used.has(free); number++) free = `${word}_${number}`;
    this.used.add(free);
    return free;
  }
}

/** `Conv-BN-ReLU` → `ConvBNReLU`, as classes are called. */
export const className = (name: string): string => {
  const joined = name.replaceAll(
    /[^\p{L}\p{Nd}]+(.)?/gu,
    (_, next: string | undefined) => next?.toUpperCase() ?? '',
  );
  return identifier(joined.replace(/^./u, (first) => first.toUpperCase()) || 'Block');
};

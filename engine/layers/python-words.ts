/** Words of Python, what every torch.nn.Module has already, and what passes through a repeated block are called. */
export const pythonWords: ReadonlySet<string> = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from global if ' +
    'import in is lambda nonlocal not or pass raise return try while with yield match case type self super torch nn F ' +
    'forward training parameters buffers modules children named_parameters named_buffers named_modules named_children ' +
    'state_dict load_state_dict train eval to cpu cuda xpu ipu float double half bfloat16 apply compile zero_grad ' +
    'requires_grad_ add_module register_module register_buffer register_parameter get_parameter get_buffer ' +
    'get_submodule share_memory extra_repr dump_patches call_super_init print len range sum list str int open part'
  ).split(' '),
);

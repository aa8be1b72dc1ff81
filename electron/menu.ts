import { app, Menu, type MenuItemConstructorOptions } from 'electron';
import type { ShellCommand } from '../renderer/shell/shell.ts';
import type { Language } from './settings.ts';

/** A command for the studio; or a role, where the page's own events (copy, paste) must fire. */
type Entry = { readonly en: string; readonly zh: string; readonly key?: string } & (
  | { readonly command: ShellCommand }
  | { readonly role: 'cut' | 'copy' | 'paste' }
);

/** Keys that the studio handles itself are shown here but not taken from it. */
const file: readonly (Entry | 'separator')[] = [
  { command: 'new', en: 'New', zh: '新建', key: 'CmdOrCtrl+N' },
  { command: 'open', en: 'Open…', zh: '打开…', key: 'CmdOrCtrl+O' },
  'separator',
  { command: 'save', en: 'Save', zh: '保存', key: 'CmdOrCtrl+S' },
  { command: 'saveAs', en: 'Save As…', zh: '另存为…', key: 'CmdOrCtrl+Shift+S' },
  'separator',
  { command: 'exportOnnx', en: 'Export ONNX…', zh: '导出 ONNX…', key: 'CmdOrCtrl+E' },
];

const edit: readonly (Entry | 'separator')[] = [
  { command: 'undo', en: 'Undo', zh: '撤销', key: 'CmdOrCtrl+Z' },
  { command: 'redo', en: 'Redo', zh: '重做', key: 'CmdOrCtrl+Shift+Z' },
  'separator',
  { role: 'cut', en: 'Cut', zh: '剪切' },
  { role: 'copy', en: 'Copy', zh: '复制' },
  { role: 'paste', en: 'Paste', zh: '粘贴' },
  { command: 'duplicate', en: 'Duplicate', zh: '创建副本', key: 'CmdOrCtrl+D' },
  { command: 'delete', en: 'Delete', zh: '删除', key: 'Delete' },
  'separator',
  { command: 'selectAll', en: 'Select All', zh: '全选', key: 'CmdOrCtrl+A' },
];

const train: readonly (Entry | 'separator')[] = [
  { command: 'train', en: 'Train or Pause', zh: '训练或暂停', key: 'CmdOrCtrl+Enter' },
];

const titles = {
  file: { en: 'File', zh: '文件' },
  edit: { en: 'Edit', zh: '编辑' },
  view: { en: 'View', zh: '视图' },
  train: { en: 'Training', zh: '训练' },
  help: { en: 'Help', zh: '帮助' },
} as const;

/** The native menu in one language. `send` passes a command to the studio in front. */
export function showMenu(language: Language, send: (command: ShellCommand) => void): void {
  const entries = (list: readonly (Entry | 'separator')[]): MenuItemConstructorOptions[] =>
    list.map((entry) =>
      entry === 'separator'
        ? { type: 'separator' }
        : 'role' in entry
          ? { label: entry[language], role: entry.role }
          : {
              label: entry[language],
              ...(entry.key !== undefined && { accelerator: entry.key, registerAccelerator: false }),
              click: () => send(entry.command),
            },
    );
  const menu: MenuItemConstructorOptions[] = [
    ...(process.platform === 'darwin' ? [{ role: 'appMenu' as const, label: app.name }] : []),
    { label: titles.file[language], submenu: [...entries(file), { type: 'separator' }, { role: 'quit' }] },
    { label: titles.edit[language], submenu: entries(edit) },
    {
      label: titles.view[language],
      submenu: [
        ...entries([{ command: 'fitView', en: 'Fit View', zh: '适应画布', key: 'F' }]),
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(app.isPackaged ? [] : [{ role: 'toggleDevTools' as const }]),
      ],
    },
    { label: titles.train[language], submenu: entries(train) },
    {
      label: titles.help[language],
      submenu: entries([{ command: 'showKeys', en: 'Keyboard Shortcuts', zh: '键盘快捷键', key: '?' }]),
    },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(menu));
}

/** Names of the messages between preload and main; nothing else passes between them. */
export const channels = {
  openFile: 'netwright:open-file',
  choosePath: 'netwright:choose-path',
  saveFile: 'netwright:save-file',
  writeFile: 'netwright:write-file',
  recentFiles: 'netwright:recent-files',
  openRecent: 'netwright:open-recent',
  readRecovery: 'netwright:read-recovery',
  writeRecovery: 'netwright:write-recovery',
  readBlocks: 'netwright:read-blocks',
  writeBlocks: 'netwright:write-blocks',
  setTitle: 'netwright:set-title',
  setTraining: 'netwright:set-training',
  tellWhenHidden: 'netwright:tell-when-hidden',
  setLanguage: 'netwright:set-language',
  requestEngine: 'netwright:request-engine',
  /** The studio listens now, so that nothing sent from here on is lost. */
  ready: 'netwright:ready',
  command: 'netwright:command',
  fileOpened: 'netwright:file-opened',
  enginePort: 'netwright:engine-port',
  engineLost: 'netwright:engine-lost',
} as const;

import { create } from 'zustand';

interface DataDialogState {
  /** The data node that files are being opened for. */
  readonly node: string | undefined;
}

export const useDataDialog = create<DataDialogState>(() => ({ node: undefined }));

export const openDataFor = (node: string): void => useDataDialog.setState({ node });

export const closeDataDialog = (): void => useDataDialog.setState({ node: undefined });

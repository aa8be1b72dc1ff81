import { create } from 'zustand';
import { showPage } from '../workspace/state.ts';

/** Which data node the Data page shows; the first one where it names none that is there. */
export const useDataPage = create<{ readonly node: string | undefined }>(() => ({ node: undefined }));

export const chooseDataNode = (node: string): void => useDataPage.setState({ node });

export function showDataPage(node: string): void {
  chooseDataNode(node);
  showPage('data');
}

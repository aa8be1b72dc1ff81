/** The browser's own database: what the studio keeps between visits and what localStorage cannot hold. */
export type StoreName = 'recent' | 'recovery';

let database: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open('netwright', 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('recent', { keyPath: 'name' });
    request.result.createObjectStore('recovery', { keyPath: 'owner' });
  };
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The browser refused its database.'));
  });
}

async function storeOf(name: StoreName, mode: IDBTransactionMode): Promise<IDBObjectStore> {
  database ??= open();
  return (await database).transaction(name, mode).objectStore(name);
}

export async function readAll<T>(name: StoreName): Promise<T[]> {
  const store = await storeOf(name, 'readonly');
  return await settled(store.getAll() as IDBRequest<T[]>);
}

export async function put(name: StoreName, entry: object): Promise<void> {
  const store = await storeOf(name, 'readwrite');
  await settled(store.put(entry));
}

export async function remove(name: StoreName, key: string): Promise<void> {
  const store = await storeOf(name, 'readwrite');
  await settled(store.delete(key));
}

/** The browser's own database: what the studio keeps between visits and what localStorage cannot hold. */
export type StoreName = 'recent' | 'recovery' | 'blocks';

let database: Promise<IDBDatabase> | undefined;

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open('netwright', 2);
  request.onupgradeneeded = ({ oldVersion }) => {
    const { result } = request;
    if (oldVersion < 1) {
      result.createObjectStore('recent', { keyPath: 'name' });
      result.createObjectStore('recovery', { keyPath: 'owner' });
    }
    result.createObjectStore('blocks', { keyPath: 'key' });
  };
  // A tab with a newer studio may change the database's form; this one opens it again when it is needed.
  request.onsuccess = () => {
    request.result.onversionchange = () => {
      request.result.close();
      database = undefined;
    };
  };
  return settled(request);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () =>
      reject(request.error ?? new Error('The browser refused its database.')),
    );
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

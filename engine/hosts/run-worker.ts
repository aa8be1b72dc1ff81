import { parentPort, workerData } from 'node:worker_threads';
import { refusalOf } from './refusal.ts';
import type { FromRunThread, RunOrder, ToRunThread } from './run-messages.ts';
import { TrainingThread } from './training-thread.ts';

/** Entry of a run's own thread: trains between messages, and tells in frames how it goes. */
const port = parentPort;
if (port === null) throw new Error('run-worker is started as a worker thread');
const post = (message: FromRunThread): void => port.postMessage(message);

try {
  const thread = await TrainingThread.begin(workerData as RunOrder, post);
  port.on('message', (message: ToRunThread) => thread.receive(message));
  await thread.live();
} catch (error) {
  post({ kind: 'refused', error: refusalOf(error) });
} finally {
  port.close();
}

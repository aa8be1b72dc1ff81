import type { Command } from 'commander';
import { text } from '../../declaration/text.ts';
import { openEngineSession } from '../../hosts/engine-session.ts';
import { studioFolder } from '../../hosts/installation.ts';
import { openBrowserFace, usualPort } from '../../hosts/server.ts';
import { openInBrowser } from '../open-in-browser.ts';
import { jsonOption, wholeNumber } from '../options.ts';
import { createOutput, say } from '../output.ts';

interface ServeOptions {
  readonly json?: boolean;
  readonly port?: number;
  readonly open: boolean;
}

export function addServe(program: Command): void {
  program
    .command('serve')
    .description(say(text('serve the studio to a browser on this machine', '在本机浏览器中打开工作室')))
    .option(
      '--port <port>',
      say(
        text(
          `port on 127.0.0.1 (usually ${usualPort}; 0 = any free one)`,
          `127.0.0.1 上的端口（通常为 ${usualPort}；0 表示任意空闲端口）`,
        ),
      ),
      wholeNumber('--port', 0, 65535),
    )
    .option('--no-open', say(text('do not open the browser', '不打开浏览器')))
    .addOption(jsonOption())
    .action(serve);
}

async function serve(options: ServeOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const announce = (event: string, url: string): void => {
    output.result(
      { event, url },
      event === 'listening'
        ? text(`The studio is at ${url}`, `工作室地址：${url}`)
        : text(`A new address for the studio: ${url}`, `工作室的新地址：${url}`),
    );
  };
  const face = await openBrowserFace({
    studio: studioFolder,
    port: options.port,
    openSession: openEngineSession,
    onAddress: (url) => announce('address', url),
  });
  announce('listening', face.url);
  if (options.open) openInBrowser(face.url);
  await interrupted();
  await face.close();
}

/** Ctrl-C, or whoever started the server wants it to end. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
  });
}

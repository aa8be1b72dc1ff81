import type { Text } from '../declaration/text.ts';
import { text } from '../declaration/text.ts';
import type { Verdict } from './access.ts';

type RefusedVerdict = Exclude<Verdict, 'allowed' | 'exchange'>;
type Refused = RefusedVerdict | 'not-found' | 'wrong-method';

/** What the browser face says to a request it does not serve: a status and one sentence. */
export const refusals: Readonly<
  Record<Refused, { readonly status: 401 | 403 | 404 | 405; readonly text: Text }>
> = {
  'foreign-host': {
    status: 403,
    text: text(
      'This server answers only to 127.0.0.1 and localhost; the request named another host.',
      '此服务只响应 127.0.0.1 和 localhost；请求使用了其他主机名。',
    ),
  },
  'foreign-origin': {
    status: 403,
    text: text(
      'This server answers only to its own pages; the request came from another site.',
      '此服务只响应自己的页面；该请求来自其他网站。',
    ),
  },
  'no-token': {
    status: 401,
    text: text(
      'Open the whole address that “netwright serve” printed last, including ?token=….',
      '请打开“netwright serve”最后显示的完整地址，包括 ?token=… 部分。',
    ),
  },
  'used-token': {
    status: 401,
    text: text(
      'This address has been used once already; a new one has been printed where “netwright serve” runs.',
      '此地址已经用过一次；运行“netwright serve”的窗口里已显示一个新地址。',
    ),
  },
  'not-found': { status: 404, text: text('There is nothing at this address.', '此地址没有内容。') },
  'wrong-method': {
    status: 405,
    text: text('This server answers only to GET and HEAD.', '此服务只接受 GET 和 HEAD 请求。'),
  },
};

export const refusalPage = ({ en, zh }: Text): string => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="color-scheme" content="light dark">
<title>Netwright</title>
<link rel="icon" href="data:,">
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:36rem;margin:20vh auto;padding:0 1rem}</style>
<h1>Netwright</h1>
<p>${en}</p>
<p lang="zh">${zh}</p>
</html>
`;

/**
 * Leads to the studio from a page of its own site. A visitor who followed a link on another site would not get a
 * SameSite=Strict cookie sent along with a plain redirect.
 */
export const passagePage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="refresh" content="0;url=/">
<title>Netwright</title>
<link rel="icon" href="data:,">
<p><a href="/">Netwright</a></p>
</html>
`;

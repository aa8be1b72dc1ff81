import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/**
 * Who may speak to the browser face. It listens on 127.0.0.1 only, but every page in the person's browser and every
 * user of the machine can reach that, so:
 *
 *   Host     must name this machine (127.0.0.1 or localhost, any port: an SSH tunnel may end on another one).
 *            A foreign name that was made to resolve to 127.0.0.1 (DNS rebinding) fails here.
 *   Origin   where a browser sends one, must be the very Host it speaks to; a WebSocket must send one.
 *   token    in the address that is printed. It is good for one exchange: the first request that brings it gets a cookie
 *            (HttpOnly, SameSite=Strict), and from then on only the cookie counts, so that reloading works and an address
 *            left in a history, a log or a screenshot opens nothing. Whoever comes with a used token and without its
 *            cookie is refused; a fresh address is then printed where the server runs, and nowhere else.
 */
export type Verdict = 'foreign-host' | 'foreign-origin' | 'exchange' | 'allowed' | 'no-token' | 'used-token';

export interface AccessRequest {
  readonly headers: IncomingHttpHeaders;
  readonly token: string | undefined;
  readonly isWebSocket: boolean;
}

const secret = (): string => randomBytes(32).toString('base64url');

export class Access {
  /** Where the server listens; known only once it does. */
  port = 0;
  private token = secret();
  private tokenUsed = false;
  private readonly usedTokens: string[] = [];
  private readonly cookies: string[] = [];

  /** Cookies do not know ports: the name keeps two servers of one machine apart. */
  private get cookieName(): string {
    return `netwright-${this.port}`;
  }

  get currentToken(): string {
    return this.token;
  }

  judge({ headers, token, isWebSocket }: AccessRequest): Verdict {
    if (!namesThisMachine(headers.host)) return 'foreign-host';
    const { origin } = headers;
    if (origin === undefined ? isWebSocket : origin !== `http://${headers.host}`) return 'foreign-origin';
    const cookie = cookieNamed(this.cookieName, headers.cookie);
    if (cookie !== undefined && this.cookies.some((known) => sameSecret(known, cookie))) return 'allowed';
    if (token === undefined || isWebSocket) return 'no-token';
    if (!this.tokenUsed && sameSecret(this.token, token)) return 'exchange';
    return this.usedTokens.some((used) => sameSecret(used, token)) ? 'used-token' : 'no-token';
  }

  /** Uses the token up; hands back the value of the Set-Cookie header. */
  exchange(): string {
    const cookie = secret();
    this.cookies.push(cookie);
    this.tokenUsed = true;
    this.usedTokens.push(this.token);
    return `${this.cookieName}=${cookie}; HttpOnly; SameSite=Strict; Path=/`;
  }

  /** A new token where the last one is used up; undefined while that is still good. */
  renewToken(): string | undefined {
    if (!this.tokenUsed) return undefined;
    this.token = secret();
    this.tokenUsed = false;
    return this.token;
  }
}

function namesThisMachine(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost)(:\d{1,5})?$/.test(host);
}

function cookieNamed(name: string, header: string | undefined): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === name) return value;
  }
  return undefined;
}

function sameSecret(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

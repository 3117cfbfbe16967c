import type { NodeRequest } from '@assay/server'
import { expect, test } from 'vitest'
import { publicBaseUrl } from './public-url.ts'

const request = (headers: Record<string, string>, encrypted = false) =>
  ({ headers, socket: { encrypted } }) as unknown as NodeRequest
const at = { host: 'inside:8080' }

test.each<[string, NodeRequest, boolean, string]>([
  ['a plain request', request(at), false, 'http://inside:8080'],
  ['a request over TLS', request(at, true), false, 'https://inside:8080'],
  ['HTTP/2', request({ ':authority': 'two.example.com' }), false, 'http://two.example.com'],
  ['no host', request({}), false, 'http://localhost'],
  ['a host that is more than one', request({ host: 'a.example/x?y' }), false, 'http://localhost'],
  ['an IPv6 address', request({ host: '[::1]:8080' }), false, 'http://[::1]:8080'],
  [
    'forwarded without trust',
    request({ ...at, 'x-forwarded-proto': 'https', 'x-forwarded-host': 'e' }),
    false,
    'http://inside:8080',
  ],
  ['forwarded', request({ ...at, 'x-forwarded-proto': 'HTTPS', 'x-forwarded-host': 'e.com' }), true, 'https://e.com'],
  ['plain behind TLS', request({ ...at, 'x-forwarded-proto': 'http' }, true), true, 'http://inside:8080'],
  [
    'a chain',
    request({ ...at, 'x-forwarded-proto': 'http, https', 'x-forwarded-host': 'bad, e.com:8443' }),
    true,
    'https://e.com:8443',
  ],
  ['a scheme that is none', request({ ...at, 'x-forwarded-proto': 'javascript' }), true, 'http://inside:8080'],
  ['a host that is none', request({ ...at, 'x-forwarded-host': 'e.com/@x' }), true, 'http://inside:8080'],
])('%s', (_, given, trustsProxy, url) => {
  expect(publicBaseUrl(given, () => trustsProxy)).toBe(url)
})

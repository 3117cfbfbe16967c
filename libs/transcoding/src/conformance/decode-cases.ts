import type { ConformanceCase } from './case.ts'

const ascii = Array.from({ length: 127 }, (_, index) => String.fromCharCode(index + 1)).join('')
const escaped = (text: string, isUpper: boolean): string =>
  [...Buffer.from(text)]
    .map(
      (byte) => `%${isUpper ? byte.toString(16).toUpperCase().padStart(2, '0') : byte.toString(16).padStart(2, '0')}`,
    )
    .join('')
const badEscape = /percent escape/

/** How the escapes of a path are decoded. */
export const decodeCases: readonly ConformanceCase[] = [
  {
    id: 'TD01.1',
    promise: 'every ASCII character may be an escape in upper case',
    request: { path: `/m/things/${escaped(ascii, true)}`, method: 'POST' },
    expect: { rpc: 'Create', message: { a: ascii } },
  },
  {
    id: 'TD01.2',
    promise: 'every ASCII character may be an escape in lower case',
    request: { path: `/m/things/${escaped(ascii, false)}`, method: 'POST' },
    expect: { rpc: 'Create', message: { a: ascii } },
  },
  {
    id: 'TD02.1',
    promise: 'an escaped slash in one segment is a slash',
    request: { path: '/m/pairs/a%2Fb/c%2fd' },
    expect: { rpc: 'Pair', message: { a: 'a/b', b: 'c/d' } },
  },
  {
    id: 'TD02.2',
    promise: 'an escaped slash in several segments stays as it is written',
    request: { path: '/m/multi/x/1%2F2/y/3%2f4' },
    expect: { rpc: 'Multi', message: { a: 'x/1%2F2/y/3%2f4' } },
  },
  {
    id: 'TD02.3',
    promise: 'an escaped slash within `**` stays as it is written',
    request: { path: '/m/items/a/b%2Fc/d' },
    expect: { rpc: 'Rest', message: { rest: 'a/b%2Fc/d' } },
  },
  {
    id: 'TD03.1',
    promise: 'other reserved characters are decoded in several segments too',
    request: { path: '/m/multi/x/%21%23%24%26%27%28%29/y/%2A%2B%2C%3A%3B%3D%3F%40%5B%5D' },
    expect: { rpc: 'Multi', message: { a: "x/!#$&'()/y/*+,:;=?@[]" } },
  },
  {
    id: 'TD04.1',
    promise: 'an escaped percent sign is not decoded twice in one segment',
    request: { path: '/m/pairs/%252F/%2541' },
    expect: { rpc: 'Pair', message: { a: '%2F', b: '%41' } },
  },
  {
    id: 'TD04.2',
    promise: 'an escaped percent sign is not decoded twice in several segments',
    request: { path: '/m/multi/x/%2541/y/%252F' },
    expect: { rpc: 'Multi', message: { a: 'x/%41/y/%2F' } },
  },
  {
    id: 'TD05.1',
    promise: 'an escape without digits is refused',
    request: { path: '/m/pairs/a%/b' },
    expect: { rpc: null, status: 400, violations: { a: badEscape } },
  },
  {
    id: 'TD05.2',
    promise: 'an escape with bad digits is refused, in several segments too',
    request: { path: '/m/multi/x/%zz/y/1' },
    expect: { rpc: null, status: 400, violations: { a: badEscape } },
  },
  {
    id: 'TD05.3',
    promise: 'a bad escape where a wildcard binds nothing is refused',
    request: { path: '/m/tree/%2' },
    expect: { rpc: null, status: 400 },
  },
  {
    id: 'TD06.1',
    promise: 'escapes that are not UTF-8 are refused',
    request: { path: '/m/pairs/%ff/%c3%28' },
    expect: { rpc: null, status: 400, violations: { a: badEscape, b: badEscape } },
  },
  {
    id: 'TD06.2',
    promise: 'an encoded surrogate is refused',
    request: { path: '/m/pairs/%ed%a0%80/b' },
    expect: { rpc: null, status: 400, violations: { a: badEscape } },
  },
  {
    id: 'TD06.3',
    promise: 'U+0000 is refused',
    request: { path: '/m/pairs/a%00/b' },
    expect: { rpc: null, status: 400, violations: { a: /U\+0000/ } },
  },
  {
    id: 'TD07.1',
    promise: 'characters outside of the basic plane are read',
    request: { path: '/m/pairs/%F0%9F%93%9A/%E4%B8%96%E7%95%8C' },
    expect: { rpc: 'Pair', message: { a: '📚', b: '世界' } },
  },
  {
    id: 'TD08.1',
    promise: 'a plus in a path is a plus',
    request: { path: '/m/pairs/a+b/c%2Bd' },
    expect: { rpc: 'Pair', message: { a: 'a+b', b: 'c+d' } },
  },
  {
    id: 'TD09.1',
    promise: 'dots are data, written or escaped',
    request: { path: '/m/pairs/./%2e%2e' },
    expect: { rpc: 'Pair', message: { a: '.', b: '..' } },
  },
  {
    id: 'TD09.2',
    promise: 'dots within `**` are data',
    request: { path: '/m/items/../a/./b' },
    expect: { rpc: 'Rest', message: { rest: '../a/./b' } },
  },
]

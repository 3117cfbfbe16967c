import { expect, test } from 'vitest'
import {
  baseUrl,
  ConfigError,
  databaseAddressOf,
  databaseSettings,
  flag,
  integer,
  optionalText,
  port,
  readConfig,
  secret,
  text,
} from './config.ts'

test('values come out typed, and defaults stand in for what is unset or empty', () => {
  const config = readConfig(
    { A_PORT: '9000', A_URL: 'http://mining:8081/', A_EMPTY: '', A_FLAG: '1' },
    {
      port: port('A_PORT', { default: 8080 }),
      url: baseUrl('A_URL', { remedy: 'give it' }),
      empty: text('A_EMPTY', { default: 'fallback' }),
      none: optionalText('A_NONE'),
      flag: flag('A_FLAG', { default: false }),
    },
  )
  expect(config).toEqual({
    port: 9000,
    url: 'http://mining:8081',
    empty: 'fallback',
    none: undefined,
    flag: true,
  })
})

test('all that is wrong is told at once, with the variable and the remedy, and secrets are never repeated', () => {
  const read = () =>
    readConfig(
      { A_PORT: '70000', A_URL: 'mining', A_SECRET: 'c2hvcnQ', A_COUNT: '1.5', A_FLAG: 'yes' },
      {
        database: text('A_DATABASE', { remedy: 'give the postgres:// URL' }),
        port: port('A_PORT', { default: 1 }),
        url: baseUrl('A_URL', { default: 'http://x' }),
        secret: secret('A_SECRET', { remedy: 'give it' }),
        count: integer('A_COUNT', { default: 1, min: 0, max: 5 }),
        flag: flag('A_FLAG', { default: false }),
      },
    )
  expect(read).toThrow(ConfigError)
  expect(read).toThrow(`The environment is not usable:
  A_DATABASE is not set: give the postgres:// URL
  A_PORT is "70000": give a whole number from 0 to 65535
  A_URL is "mining": give a URL such as http://127.0.0.1:8081
  A_SECRET holds 5 bytes: give at least 32, for example the output of "openssl rand -hex 32"
  A_COUNT is "1.5": give a whole number from 0 to 5
  A_FLAG is "yes": give true or false`)
})

test('a secret may be hexadecimal, base64 or base64url', () => {
  const bytes = Buffer.alloc(32, 0xfb)
  for (const encoding of ['hex', 'base64', 'base64url'] as const) {
    const { key } = readConfig({ KEY: bytes.toString(encoding) }, { key: secret('KEY', { remedy: 'give it' }) })
    expect(Buffer.from(key).equals(bytes)).toBe(true)
  }
})

test('the address of the database is a URL of PostgreSQL, and a pooler means no prepared statements unless told', () => {
  const url = 'postgres://gateway:secret@a,b/assay'
  const directUrl = 'postgresql://gateway:secret@a/assay'
  const addressOf = (more: Record<string, string>) =>
    databaseAddressOf(readConfig({ DATABASE_URL: url, ...more }, databaseSettings()), 'gateway')
  expect(addressOf({})).toEqual({ url, directUrl: undefined, prepares: true, service: 'gateway' })
  expect(addressOf({ ASSAY_DATABASE_PREPARE: 'false' })).toMatchObject({ prepares: false })
  expect(addressOf({ ASSAY_DATABASE_DIRECT_URL: directUrl })).toMatchObject({ directUrl, prepares: false })
  expect(addressOf({ ASSAY_DATABASE_DIRECT_URL: directUrl, ASSAY_DATABASE_PREPARE: 'true' })).toMatchObject({
    prepares: true,
  })
  expect(() =>
    addressOf({ DATABASE_URL: 'mysql://secret', ASSAY_DATABASE_DIRECT_URL: 'a', ASSAY_DATABASE_PREPARE: 'no' }),
  ).toThrow(`The environment is not usable:
  DATABASE_URL is not a URL of PostgreSQL: give one such as postgres://user:password@127.0.0.1:5432/assay
  ASSAY_DATABASE_DIRECT_URL is not a URL of PostgreSQL: give one such as postgres://user:password@127.0.0.1:5432/assay
  ASSAY_DATABASE_PREPARE is "no": give true or false`)
})

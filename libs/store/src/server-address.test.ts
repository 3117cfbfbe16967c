import { expect, test } from 'vitest'
import { serverAddress, throughSocket } from './server-address.ts'
import { databaseAttributes } from './statement-spans.ts'

test('a folder as the parameter host is where the socket file is, named by the port', () => {
  expect(serverAddress('postgres://me:secret@localhost:5433/roles?host=/run/postgresql&sslmode=disable')).toEqual({
    url: 'postgres://me:secret@localhost:5433/roles?sslmode=disable',
    path: '/run/postgresql/.s.PGSQL.5433',
  })
  expect(serverAddress('postgres:///roles?host=%2Frun%2Fpostgresql').path).toBe('/run/postgresql/.s.PGSQL.5432')
})

test('other addresses stay as they are', () => {
  for (const url of [
    'postgres://me@db.example.org/roles',
    'postgres://me@one:5432,two:5433/roles',
    'postgres://me@db/roles?host=other',
  ]) {
    expect(serverAddress(url)).toEqual({ url })
  }
})

test('what is put into a URL is read from it', () => {
  const url = throughSocket('postgres://me:secret@127.0.0.1:5433/roles', '/a folder/with&signs')
  expect(serverAddress(url)).toEqual({
    url: 'postgres://me:secret@127.0.0.1:5433/roles',
    path: '/a folder/with&signs/.s.PGSQL.5433',
  })
})

test('traces name server and database alone, also where a name is one that cannot be decoded', () => {
  expect(databaseAttributes('postgres://me:secret@db.example.org:5433/100%_roles?sslmode=require')).toEqual({
    'db.system.name': 'postgresql',
    'db.namespace': '100%_roles',
    'server.address': 'db.example.org',
    'server.port': 5433,
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

test('every test that docs/security.md names exists', () => {
  const named = readFileSync(join(root, 'docs/security.md'), 'utf8').matchAll(/`((?:apps|libs|test)\/[^`]+)`/g)
  const paths = [...named].map(([, path = '']) => path)
  expect(paths.length).toBeGreaterThan(20)
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { servingFlags } from '../../apps/assay/src/serving-flags.ts'

const root = join(import.meta.dirname, '../..')

function scriptsOf(folder: string): Record<string, string> {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).scripts
}

test.each(Object.keys(servingFlags))('%s is started by hand as the platform starts it', (name) => {
  expect(scriptsOf('.')[name]).toBe(`exec node ${servingFlags[name]?.join(' ')} apps/${name}/src/main.ts`)
  expect(scriptsOf(`apps/${name}`).start).toBe(`exec node ${servingFlags[name]?.join(' ')} src/main.ts`)
})

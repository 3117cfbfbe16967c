import { readFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { type ProcessName, processEntries } from '../../apps/assay/src/processes.ts'
import { servingFlags } from '../../apps/assay/src/serving-flags.ts'

const root = join(import.meta.dirname, '../..')

function scriptsOf(folder: string): Record<string, string> {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')).scripts
}

test.each(Object.entries(servingFlags))('%s is started by hand as the platform starts it', (name, flags) => {
  const entry = processEntries[name as ProcessName]
  expect(scriptsOf('.')[name]).toBe(`exec node ${flags.join(' ')} ${relative(root, entry)}`)
  if (basename(entry) === 'main.ts') {
    expect(scriptsOf(`apps/${name}`).start).toBe(`exec node ${flags.join(' ')} src/main.ts`)
  }
})

const deployments = [
  'deploy/compose/compose.yaml',
  'deploy/helm/assay/templates/_processes.tpl',
  'deploy/systemd/assay-mining-worker@.service',
]

test.each(deployments)('%s starts the worker with the same flags', (file) => {
  const words = readFileSync(join(root, file), 'utf8')
    .replaceAll(/['",[\]]/g, ' ')
    .split(/\s+/)
  const flags = servingFlags['mining-worker'] ?? []
  const at = words.indexOf('apps/mining/src/worker.ts')
  expect(words.slice(at - flags.length, at)).toEqual(flags)
})

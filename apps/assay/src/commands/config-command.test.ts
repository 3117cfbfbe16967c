import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { variables } from '@assay/server'
import { beforeAll, expect, test } from 'vitest'
import { type ExplainedConfiguration, type ExplainedVariable, explainConfiguration } from '../explain-configuration.ts'
import { configCommand } from './config-command.ts'

const path = { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE }
let explained: ExplainedConfiguration
beforeAll(async () => {
  explained = await explainConfiguration(path)
})

test('every variable is described once, and every description is of a variable that is read', () => {
  expect(explained.variables.map(({ variable }) => variable)).toEqual(Object.keys(variables).sort())
  expect(explained.unknown).toEqual([])
})

test('docs/configuration.md is what the processes say', async () => {
  await expect(documentOf(explained.variables)).toMatchFileSnapshot('../../../../docs/configuration.md')
})

test('the command tells each wrong variable with its remedy, reads secrets from files, and shows none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'assay-config-'))
  const file = join(folder, 'secret')
  writeFileSync(file, `${'ab'.repeat(32)}\n`)
  const environment = {
    ...path,
    DATABASE_URL: 'postgres://gateway:hunter2@127.0.0.1/assay',
    ASSAY_INTERNAL_SECRET_FILE: file,
    ASSAY_KEY_ENCRYPTION_KEY_FILE: join(folder, 'nowhere'),
    ASSAY_MINING_URL: 'http://127.0.0.1:8081',
    ASSAY_IAI_SESSIONS_URL: 'http://127.0.0.1:8082',
    ASSAY_MOST_CALLS: '501',
    ASSAY_LOG_LEVEL: 'loud',
    ASSAY_PROT: '80',
  }
  const run = async (...options: string[]) => {
    const lines: string[] = []
    let status = 0
    const command = configCommand(
      (line) => lines.push(line),
      environment,
      (given) => {
        status = given
      },
    )
    await command.parseAsync(['--process', 'gateway', ...options], { from: 'user' })
    return { text: lines.join('\n'), status }
  }
  const checked = await run()
  expect(checked).toEqual({
    text: [
      'ASSAY_KEY_ENCRYPTION_KEY cannot be read from the file ' +
        `"${join(folder, 'nowhere')}" of ASSAY_KEY_ENCRYPTION_KEY_FILE (ENOENT)`,
      'ASSAY_LOG_LEVEL is "loud": give trace, debug, info, warn, error, fatal, silent',
      'ASSAY_MOST_CALLS is "501": give a whole number from 1 to 500',
      'ASSAY_PROT is set, and nothing reads it.',
    ].join('\n'),
    status: 1,
  })
  const { text } = await run('--explain')
  expect(text).toContain('ASSAY_INTERNAL_SECRET\n')
  expect(text).not.toMatch(/hunter2|abab/)
})

/** The page of the documents, grouped by the processes that read the variables. */
function documentOf(all: readonly ExplainedVariable[]): string {
  const rows = all.map(({ variable, means, takes, unit, defaults, requiredBy, readBy, isSecret }) => {
    const values = [...new Set(Object.values(defaults))]
    const stands =
      values.length > 1
        ? Object.entries(defaults).map(([process, value]) => `${value} (${process})`)
        : values.map((value) => (value.startsWith('/') ? 'a folder of the system or the installation' : value))
    const cells = [
      `\`${variable}\`${isSecret ? ', a secret' : ''}`,
      readBy.join(', '),
      `${takes}${unit === undefined ? '' : `; ${unit}`}`,
      stands.join(', ') || (requiredBy.length > 0 ? `required by ${requiredBy.join(', ')}` : ''),
      means,
    ]
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
  })
  return `# Configuration

Processes have no configuration but environment variables, which they read once, when they start. A process with an invalid variable does not start, and reports all invalid variables at once. An unknown variable that begins with \`ASSAY_\` is logged as a warning.

\`\`\`sh
npm run assay -- config                       # checks the variables of this environment, for every process
npm run assay -- config --process gateway     # for one process
npm run assay -- config --explain             # this table, with the values set here; --json prints it for programs
\`\`\`

No message shows a **secret**. You can put it into a file instead, as container platforms do: \`DATABASE_URL_FILE=/run/secrets/database\` names the file, which contains only the value.

This page is written by \`npx vitest run apps/assay/src/commands/config-command.test.ts --update\`.

| variable | read by | takes | default | meaning |
|---|---|---|---|---|
${rows.join('\n')}
`
}

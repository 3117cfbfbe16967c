import { execFile } from 'node:child_process'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { targetNamed } from '@assay/targets'
import { expect, test } from 'vitest'
import { hclText } from '../../libs/targets/src/hcl.ts'
import { ada, hostileNames, hostileProfiles, profile } from '../../libs/targets/src/testing-profiles.ts'

// Terraform itself reads the files, or OpenTofu, where one of them is installed. No provider is needed for that.

const run = promisify(execFile)
/** No settings of the user, and no question to a server for newer versions. */
const env = { ...process.env, TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' }
const program = await installed('terraform', 'tofu')
if (program === undefined)
  console.info('files for Terraform were not read by it: there is no terraform and no tofu here')

async function installed(...programs: readonly string[]): Promise<string | undefined> {
  for (const name of programs) {
    const found = await run(name, ['version'], { env }).catch(() => undefined)
    if (found !== undefined) return name
  }
  return undefined
}

/** Profiles of every form that a file can have. */
function everyForm() {
  const automationEnabled = true
  const rules = [
    'subject.department == "E" && subject.jobTitle in ["A", "B"]',
    'subject.jobTitle in ["A", "B"]',
    'subject.department == "E" && subject.username == "b"',
    'true',
  ]
  return [
    ...hostileProfiles(),
    ...rules.map((celExpression, place) =>
      profile({ id: `rule-${place}`, celExpression, automationEnabled, owner: ada, description: 'one' }),
    ),
    profile({ id: 'no-entitlements', entitlements: [] }),
    profile({ id: 'empty', entitlements: [], members: [] }),
  ]
}

test.skipIf(program === undefined).each(['terraform-c1', 'terraform-sailpoint'])(
  '%s: the files are written as terraform fmt writes them',
  async (target) => {
    for (const { name, content } of targetNamed(target)?.files(everyForm()) ?? []) {
      const file = [...content()].join('')
      const formatted = run(program!, ['fmt', '-'], { env, maxBuffer: 64 * 1024 ** 2 })
      formatted.child.stdin?.end(file)
      expect((await formatted).stdout, name).toBe(file)
    }
  },
)

test.skipIf(program === undefined)('a text of a file is the same text in Terraform, without templates', async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what Terraform would evaluate
  const texts = [...hostileNames, '%%%{x}', '$$$${y}', '\\${z}', '\u0000', '\u2028\u2029']
  const folder = await mkdtemp(join(tmpdir(), 'terraform-'))
  const outputs = texts.map((one, place) => `output "text_${place}" {\n  value = ${hclText(one)}\n}\n`)
  await writeFile(join(folder, 'outputs.tf'), outputs.join(''))
  const options = { cwd: folder, env, maxBuffer: 64 * 1024 ** 2 }
  await run(program!, ['apply', '-auto-approve', '-input=false', '-no-color'], options)
  const { stdout } = await run(program!, ['output', '-json'], options)
  const evaluated = Object.values(JSON.parse(stdout) as Record<string, { value: string }>)
  expect(evaluated.map(({ value }) => value).sort()).toEqual(texts.toSorted())
})

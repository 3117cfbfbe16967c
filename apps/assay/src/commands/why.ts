import { type Explanation, ExplanationSchema, WhyService } from '@assay/contracts/assay/insight/v1/why_service_pb'
import { toJson } from '@bufbuild/protobuf'
import { createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { withEntitlementHint } from './entitlement-hint.ts'

interface WhyOptions {
  readonly entitlement?: string
  readonly application?: string
  readonly json?: boolean
}

/**
 * `assay why`: the rule that decided about a cohort, an entitlement, or a person and an entitlement, and what would change the decision.
 */
export function whyCommand(print: (line: string) => void): Command {
  const client = async () => createClient(WhyService, (await connectToPlatform(readSettings())).transport)
  const say = (explanation: Explanation, { json }: WhyOptions) => {
    if (json) print(JSON.stringify(toJson(ExplanationSchema, explanation, { alwaysEmitImplicit: true }), undefined, 2))
    else for (const sentence of explanation.sentences) print(sentence)
  }
  const named = (entitlementId: string, { application = '' }: WhyOptions) => ({
    entitlementId,
    applicationId: application,
  })
  const why = new Command('why').description(
    'say which rule decided, and the smallest change that would change the decision',
  )
  why
    .command('cohort')
    .description('why people who share values of attributes are a suggestion or not')
    .argument('<conditions...>', 'ATTRIBUTE=VALUE, holding together')
    .option('--entitlement <id>', 'why this entitlement is in it or not')
    .option('--application <id>', 'the application of the entitlement')
    .option('--json', 'print it as JSON, with the names of the API')
    .action(async (texts: readonly string[], options: WhyOptions) => {
      const conditions = texts.map(conditionOf)
      const { entitlement } = options
      const request = { conditions, ...(entitlement !== undefined && { entitlement: named(entitlement, options) }) }
      say(await withEntitlementHint((await client()).explainCohort(request)), options)
    })
  why
    .command('entitlement')
    .description('why an entitlement is in suggestions or in none')
    .argument('<entitlement>', 'its id')
    .option('--application <id>', 'the application of the entitlement')
    .option('--json', 'print it as JSON, with the names of the API')
    .action(async (id: string, options: WhyOptions) =>
      say(await withEntitlementHint((await client()).explainEntitlement({ entitlement: named(id, options) })), options),
    )
  why
    .command('person')
    .description('why a person would get an entitlement by a suggestion, or not')
    .argument('<person>', 'the id of the person')
    .argument('<entitlement>', 'the id of the entitlement')
    .option('--application <id>', 'the application of the entitlement')
    .option('--json', 'print it as JSON, with the names of the API')
    .action(async (identityId: string, id: string, options: WhyOptions) =>
      say(
        await withEntitlementHint((await client()).explainHolding({ identityId, entitlement: named(id, options) })),
        options,
      ),
    )
  return why
}

/** `department=Sales`; the value may contain equals signs, the attribute may not. */
function conditionOf(text: string) {
  const at = text.indexOf('=')
  if (at <= 0 || at === text.length - 1) throw new Error(`"${text}" is not a condition; give ATTRIBUTE=VALUE`)
  return { attribute: text.slice(0, at), values: [text.slice(at + 1)] }
}

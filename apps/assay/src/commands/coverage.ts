import {
  AttributeRankingSchema,
  CoverageService,
  ExportResidualGrantsRequest_Format as Format,
  Layer,
  type Residual,
  ResidualSchema,
} from '@assay/contracts/assay/insight/v1/coverage_service_pb'
import { AttributeVerdict } from '@assay/contracts/assay/insight/v1/insight_pb'
import { toJson } from '@bufbuild/protobuf'
import { createClient } from '@connectrpc/connect'
import { Command, Option } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { enumWords } from '../enum-words.ts'
import { readSettings } from '../settings.ts'

const client = async () => createClient(CoverageService, (await connectToPlatform(readSettings())).transport)

/** `assay attributes`: the attributes, ranked by the share of grants that they explain. */
export function attributesCommand(print: (line: string) => void): Command {
  return new Command('attributes')
    .description('rank the attributes by the grants that they explain, alone and in addition to the attributes above')
    .option('--json', 'print it as JSON, with the names of the API')
    .action(async ({ json }: { json?: boolean }) => {
      const ranking = await (await client()).rankAttributes({})
      if (json) {
        print(JSON.stringify(toJson(AttributeRankingSchema, ranking, { alwaysEmitImplicit: true }), undefined, 2))
        return
      }
      for (const sentence of ranking.sentences) print(sentence)
      print('\n  alone    adds    only  attribute')
      for (const { attribute, verdict, aloneGrants, addedGrants, onlyGrants } of ranking.attributes) {
        const figures = [aloneGrants, addedGrants, onlyGrants].map((one) => percent(one, ranking.grants).padStart(7))
        print(
          `${figures.join(' ')}  ${attribute}${verdict === AttributeVerdict.USED ? '' : `  (${enumWords(verdictWords, verdict, 'verdict')})`}`,
        )
      }
    })
}

const verdictWords: Readonly<Record<AttributeVerdict, string>> = {
  [AttributeVerdict.UNSPECIFIED]: '',
  [AttributeVerdict.USED]: 'used',
  [AttributeVerdict.BEYOND_LIMIT]: 'beyond limit',
  [AttributeVerdict.IGNORED]: 'ignored',
  [AttributeVerdict.EMPTY]: 'empty',
  [AttributeVerdict.NEARLY_CONSTANT]: 'nearly constant',
  [AttributeVerdict.NEARLY_UNIQUE]: 'nearly unique',
}

const layerNames: Readonly<Record<string, { readonly layer: Layer; readonly words: string }>> = {
  disabled: { layer: Layer.DISABLED, words: 'held by disabled or deleted people' },
  'not-a-person': { layer: Layer.NOT_A_PERSON, words: 'held by services, agents and systems' },
  'common-access': { layer: Layer.COMMON_ACCESS, words: 'common access' },
  accepted: { layer: Layer.ACCEPTED, words: 'given by access profiles' },
  open: { layer: Layer.OPEN, words: 'in open candidates' },
  policy: { layer: Layer.POLICY, words: 'kept out of roles by a policy' },
  unused: { layer: Layer.UNUSED, words: 'not used lately' },
  outlier: { layer: Layer.OUTLIER, words: 'held by hardly any peer' },
  'one-off': { layer: Layer.ONE_OFF, words: 'held by no other person' },
  'too-few-holders': { layer: Layer.TOO_FEW_HOLDERS, words: 'held by too few people for a cohort' },
  'no-attribute': { layer: Layer.NO_ATTRIBUTE, words: 'no attribute says who holds it' },
}

interface ResidualOptions {
  readonly layer: readonly string[]
  readonly person?: string
  readonly application?: string
  readonly entitlement?: string
  readonly csv?: boolean
  readonly ndjson?: boolean
  readonly json?: boolean
}

/** `assay residual`: the number of grants that each layer explains, or the grants themselves as CSV or JSON lines. */
export function residualCommand(write: (text: string) => void): Command {
  return new Command('residual')
    .description('say what roles, candidates and common access cover, and what stays over and why')
    .addOption(new Option('--layer <names...>', 'grants of these layers').choices(Object.keys(layerNames)).default([]))
    .option('--person <id>', 'grants of this person')
    .option('--application <id>', 'grants in this application')
    .option('--entitlement <id>', 'grants of this entitlement')
    .addOption(new Option('--csv', 'write the grants as CSV').conflicts('ndjson'))
    .option('--ndjson', 'write the grants as JSON lines')
    .option('--json', 'print the sums as JSON, with the names of the API')
    .action(async (options: ResidualOptions) => {
      const api = await client()
      if (options.csv || options.ndjson) {
        const condition = {
          layers: options.layer.flatMap((name) => layerNames[name]?.layer ?? []),
          identityId: options.person ?? '',
          applicationId: options.application ?? '',
          entitlementId: options.entitlement ?? '',
          format: options.ndjson ? Format.NDJSON : Format.CSV,
        }
        const decoder = new TextDecoder()
        for await (const { data } of api.exportResidualGrants(condition)) write(decoder.decode(data, { stream: true }))
        return
      }
      if (options.layer.length > 0 || options.person || options.application || options.entitlement)
        throw new Error('Give --csv or --ndjson to write grants; without one of them the sums of all are shown.')
      const residual = await api.getResidual({})
      const text = options.json
        ? JSON.stringify(toJson(ResidualSchema, residual, { alwaysEmitImplicit: true }), undefined, 2)
        : describe(residual).join('\n')
      write(`${text}\n`)
    })
}

function describe({ grants, layers, toldBy, applications, sentences }: Residual): string[] {
  const width = grants.toLocaleString('en').length
  const lines = [...sentences, '']
  for (const sum of layers) {
    const [name, { words }] = Object.entries(layerNames).find(([, { layer }]) => layer === sum.layer) ?? [
      '',
      { words: '' },
    ]
    const count = sum.grants.toLocaleString('en').padStart(width)
    lines.push(`${count}  ${percent(sum.grants, grants).padStart(6)}  ${words} (--layer ${name})`)
  }
  lines.push(`${grants.toLocaleString('en')}  grants in all`)
  if (toldBy.length > 0) lines.push('', 'What explains the most grants:')
  for (const { candidate, grants: told } of toldBy.toSorted((a, b) => Number(b.grants - a.grants)).slice(0, 10))
    lines.push(`  ${told.toLocaleString('en')}  ${candidate?.displayName}`)
  if (applications.length > 0) lines.push('', 'Where the most stays over:')
  for (const { applicationId, grants: all, residualGrants } of applications.slice(0, 10))
    lines.push(`  ${residualGrants.toLocaleString('en')} of ${all.toLocaleString('en')}  ${applicationId}`)
  return lines
}

function percent(part: bigint, whole: bigint): string {
  const share = whole === 0n ? 0 : (100 * Number(part)) / Number(whole)
  if (share > 99 && share < 100) return '> 99 %'
  if (share > 0 && share < 1) return '< 1 %'
  return `${Math.round(share)} %`
}

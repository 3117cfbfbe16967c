import type { ResolvedCandidate } from '@assay/contracts/assay/candidate/v1/candidate_pb'
import {
  type EntitlementImpact,
  ExportImpactRequest_Format as Format,
  type IdentityImpact,
  type Impact,
  type ImpactCount,
  ImpactMode,
  ImpactSchema,
  ImpactService,
} from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { toJson } from '@bufbuild/protobuf'
import { createClient } from '@connectrpc/connect'
import { Command, Option } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { candidateHelp, candidateOf } from './candidate-argument.ts'
import { counted } from './counted.ts'
import { describeApart } from './describe-apart.ts'
import { writeOutput } from './output-file.ts'

interface ImpactOptions {
  readonly replace?: boolean
  readonly risk: string
  readonly unusedDays: string
  readonly limit: string
  readonly format?: 'json' | 'csv' | 'ndjson'
}

/** `assay impact`: the access that people would gain and lose by a candidate. */
export function impactCommand(print: (line: string) => void): Command {
  return new Command('impact')
    .description('say who would gain and who would lose what if a candidate were assigned')
    .argument('<candidate>', candidateHelp)
    .option('--replace', 'the candidate replaces the assigned access, so that others lose it')
    .option('--risk <level>', 'entitlements of this level and above count as risky', 'high')
    .option('--unused-days <count>', 'a grant counts as unused when its last use is longer ago', '90')
    .option('--limit <count>', 'people and entitlements to print, those with most changes first', '10')
    .addOption(
      new Option('--format <form>', 'json: the answer of the API; csv, ndjson: each gain and loss').choices([
        'json',
        'csv',
        'ndjson',
      ]),
    )
    .action(async (text: string, options: ImpactOptions) => {
      const candidate = candidateOf(text)
      const mode = options.replace ? ImpactMode.REPLACE : ImpactMode.ADD
      const settings = { mode, riskLevel: options.risk, unusedDays: numberOf(options.unusedDays, '--unused-days') }
      const client = createClient(ImpactService, (await connectToPlatform(readSettings())).transport)
      if (options.format === 'csv' || options.format === 'ndjson') {
        const format = options.format === 'csv' ? Format.CSV : Format.NDJSON
        await writeOutput(client.exportImpact({ candidate, settings, format }), undefined)
        return
      }
      const impact = await client.computeImpact({ candidate, settings, pageSize: numberOf(options.limit, '--limit') })
      if (options.format === 'json') print(JSON.stringify(toJson(ImpactSchema, impact), undefined, 2))
      else for (const line of describeImpact(impact)) print(line)
    })
}

function numberOf(text: string, option: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${option} takes a whole number, not "${text}"`)
  return Number(text)
}

/** The size of a candidate in one line; a second line when it is stale or names entitlements that are gone. */
export function describeCandidate(candidate: ResolvedCandidate | undefined): string[] {
  if (candidate === undefined) return []
  const { displayName, peopleCount, entitlementCount, stale, sourceImportId, importId } = candidate
  const gone = [
    ...(candidate.goneEntitlementCount > 0 ? [counted(candidate.goneEntitlementCount, 'entitlement')] : []),
    ...(candidate.goneIdentityCount > 0 ? [counted(candidate.goneIdentityCount, 'identity', 'identities')] : []),
  ]
  return [
    `${displayName}: ${counted(peopleCount, 'person', 'people')}, ${counted(entitlementCount, 'entitlement')}`,
    ...(stale ? [`  Found in import ${sourceImportId || 'of before'}; in force is import ${importId}.`] : []),
    ...(gone.length > 0 ? [`  No longer there, and left out: ${gone.join(' and ')}.`] : []),
  ]
}

function describeImpact(impact: Impact): string[] {
  const { gains, alreadyHeld, replaced, losses, unchanged, services, disabled, orphanAccounts } = impact
  const row = (name: string, count: ImpactCount | undefined, words = '') =>
    `  ${name.padEnd(13)}${describeCount(count)}${words}`
  const apart = (name: string, one: Impact['services']) =>
    one !== undefined && (one.memberCount > 0 || one.holderCount > 0)
      ? [`  Apart, ${name}: ${describeApart(one)}.`]
      : []
  return [
    ...describeCandidate(impact.candidate),
    row('gains', gains, impact.gainingPeople > 0 ? `, of ${counted(impact.gainingPeople, 'person', 'people')}` : ''),
    row(
      'already held',
      alreadyHeld,
      impact.heldByGroupsAlone > 0n ? `, ${impact.heldByGroupsAlone} by groups alone` : '',
    ),
    row('replaced', replaced),
    row('losses', losses, impact.losingPeople > 0 ? `, of ${counted(impact.losingPeople, 'person', 'people')}` : ''),
    row('unchanged', unchanged),
    ...apart('services', services),
    ...apart('disabled people', disabled),
    ...(orphanAccounts > 0n
      ? [`  Apart: ${counted(Number(orphanAccounts), 'account')} of nobody in these applications.`]
      : []),
    ...changedOnes('People', impact.identities, personLine),
    ...changedOnes('Entitlements', impact.entitlements, entitlementLine),
  ]
}

/** `26, 2 privileged, 1 risky, 3 unused` */
function describeCount(count: ImpactCount | undefined): string {
  if (count === undefined) return '0'
  const parts = [
    ['privileged', count.privilegedCount],
    ['risky', count.riskyCount],
    ['unused', count.unusedCount],
    ['in breach', count.breachingCount],
  ] as const
  const told = parts
    .filter(([, number]) => number > 0n)
    .map(([word, number]) => `${number.toLocaleString('en')} ${word}`)
  return [count.count.toLocaleString('en'), ...told].join(', ')
}

function changedOnes<One extends { readonly gainCount: number; readonly lossCount: number }>(
  title: string,
  all: readonly One[],
  lineOf: (one: One) => string,
): string[] {
  const changed = all.filter(({ gainCount, lossCount }) => gainCount + lossCount > 0)
  return changed.length === 0 ? [] : [`${title} with most changes:`, ...changed.map((one) => `  ${lineOf(one)}`)]
}

function personLine({ identityId, displayName, gainCount, lossCount, privilegedChangeCount }: IdentityImpact): string {
  const privileged = privilegedChangeCount > 0 ? `, ${privilegedChangeCount} privileged` : ''
  return `${identityId}  ${displayName}: ${changesOf(gainCount, lossCount)}${privileged}`
}

function entitlementLine(one: EntitlementImpact): string {
  const traits = [...(one.privileged ? ['privileged'] : []), ...(one.riskLevel === '' ? [] : [`risk ${one.riskLevel}`])]
  const told = traits.length === 0 ? '' : `  (${traits.join(', ')})`
  return `${one.applicationId} ${one.entitlementId}  ${one.displayName}: ${changesOf(one.gainCount, one.lossCount)}${told}`
}

function changesOf(gains: number, losses: number): string {
  return [
    ...(gains > 0 ? [counted(gains, 'gain')] : []),
    ...(losses > 0 ? [counted(losses, 'loss', 'losses')] : []),
  ].join(', ')
}

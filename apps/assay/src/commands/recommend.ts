import { setTimeout as sleep } from 'node:timers/promises'
import {
  RecommendationService,
  type RecommendForCohortResponse,
  type RecommendForIdentityResponse,
  RecommendationState as State,
} from '@assay/contracts/assay/insight/v1/recommendation_service_pb'
import { createClient } from '@connectrpc/connect'
import { Command, InvalidArgumentError } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'

interface Filter {
  readonly attribute: string
  readonly values: string[]
}

interface Options {
  readonly where: readonly Filter[]
  readonly limit: number
  readonly least: number
  readonly json?: boolean
}

/** `assay recommend`: entitlements that a person, or people of a cohort, probably lack. */
export function recommendCommand(print: (line: string) => void): Command {
  return new Command('recommend')
    .description('print entitlements that a person, or the people of a cohort, probably lack')
    .argument('[person]', 'the id of the person')
    .option('--where <attribute=value>', 'ask for everybody with this value instead; may be repeated', addFilter, [])
    .option('--limit <count>', 'how many, up to 100', resultCount, 10)
    .option('--least <percent>', 'leave out what is less likely', percentage, 2)
    .option('--json', 'print one line of JSON for each')
    .action(async (person: string | undefined, { where, limit, least, json = false }: Options) => {
      if ((person === undefined) === (where.length === 0)) throw new Error('Give the id of a person, or --where.')
      const client = createClient(RecommendationService, (await connectToPlatform(readSettings())).transport)
      if (person !== undefined) {
        const ask = () => client.recommendForIdentity({ identityId: person, maxResults: limit })
        const { recommendations } = await learnt(ask)
        tell(recommendations, `for ${person}`, { least, json }, print)
        return
      }
      const { recommendations, cohortSize } = await learnt(() =>
        client.recommendForCohort({ filters: [...where], maxResults: limit }),
      )
      tell(recommendations, `for these ${cohortSize} people`, { least, json }, print)
    })
}

type Recommendations = (RecommendForIdentityResponse | RecommendForCohortResponse)['recommendations']

/** Prints the recommendations; improbable ones are left out. */
function tell(
  found: Recommendations,
  forWhom: string,
  { least, json }: Pick<Options, 'least'> & { readonly json: boolean },
  print: (line: string) => void,
): void {
  const likely = found.filter(({ probability }) => 100 * probability >= least)
  if (likely.length === 0 && !json) {
    const [best] = found
    const but = best === undefined ? '' : `; the likeliest has ${percentOf(best.probability)} (--least 0 shows it)`
    print(`There is nothing to recommend ${forWhom}${but}.`)
  }
  for (const one of likely) print(json ? factsOf(one) : describe(one))
}

/** Learning a model of 100,000 people takes a minute or two. */
const mostLearningMs = 5 * 60_000

/** Repeats the call while the model is being learned. */
async function learnt<Response extends RecommendForIdentityResponse | RecommendForCohortResponse>(
  ask: () => Promise<Response>,
): Promise<Response> {
  const until = performance.now() + mostLearningMs
  for (let pauseMs = 500; ; pauseMs = Math.min(2 * pauseMs, 10_000)) {
    const response = await ask()
    if (response.state !== State.LEARNING) return response
    if (performance.now() + pauseMs > until)
      throw new Error(
        `The model is still being learnt after ${mostLearningMs / 60_000} minutes. Ask again later; the log of the mining service says if it cannot be.`,
      )
    await sleep(pauseMs)
  }
}

type Recommendation = Recommendations[number]

/** `git repo-7  Repository 7  (62 %)`, and a line for each reason. */
function describe({ entitlement, probability, reasons }: Recommendation): string {
  const { applicationId = '', entitlementId = '', displayName = '' } = entitlement ?? {}
  const name = displayName === entitlementId ? '' : `  ${displayName}`
  const first = `${applicationId} ${entitlementId}${name}  (${percentOf(probability)})`
  return [first, ...reasons.map((reason) => `  - ${reason}`)].join('\n')
}

/** `62 %`; with one decimal below ten, such as `0.4 %`. */
function percentOf(probability: number): string {
  const percent = 100 * probability
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)} %`
}

function factsOf({ entitlement, probability, reasons }: Recommendation): string {
  return JSON.stringify({
    application: entitlement?.applicationId,
    entitlement: entitlement?.entitlementId,
    name: entitlement?.displayName,
    probability,
    reasons,
  })
}

function addFilter(text: string, before: readonly Filter[]): Filter[] {
  const at = text.indexOf('=')
  if (at <= 0 || at === text.length - 1)
    throw new InvalidArgumentError('Give attribute=value, such as department=Sales.')
  const [attribute, value] = [text.slice(0, at), text.slice(at + 1)]
  const same = before.find((filter) => filter.attribute === attribute)
  if (same === undefined) return [...before, { attribute, values: [value] }]
  return before.map((filter) => (filter === same ? { attribute, values: [...filter.values, value] } : filter))
}

function percentage(text: string): number {
  const percent = Number(text)
  if (text.trim() === '' || !(percent >= 0 && percent <= 100))
    throw new InvalidArgumentError('Give a number from 0 to 100.')
  return percent
}

function resultCount(text: string): number {
  const count = Number(text)
  if (!/^\d{1,3}$/.test(text) || count < 1 || count > 100)
    throw new InvalidArgumentError('Give a number from 1 to 100.')
  return count
}

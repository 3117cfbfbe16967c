import { RoleMiningManagementService } from '@assay/contracts/c1/api/role_mining_management/v1/role_mining_management_service_pb'
import {
  type RoleMiningManagementSuggestion,
  SuggestionState,
} from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import type { Timestamp } from '@bufbuild/protobuf/wkt'
import { createClient } from '@connectrpc/connect'
import { Command, InvalidArgumentError } from 'commander'
import { type ApiClient, connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { minuteOf } from './minute.ts'

/** `assay suggestions`: the suggestions of the latest analysis. */
export function suggestionsCommand(print: (line: string) => void): Command {
  return new Command('suggestions')
    .description('print the suggestions, best first')
    .option('--limit <count>', 'how many', wholeNumber, 20)
    .action(async (options: { limit: number }) => {
      let left = options.limit
      for await (const suggestion of suggestions(await connectToPlatform(readSettings()))) {
        if (left-- <= 0) break
        print(`${describeSuggestion(suggestion)}\n`)
      }
    })
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Give a whole number.')
  return Number(text)
}

/** All suggestions, best first, read page by page. */
export async function* suggestions(api: ApiClient): AsyncGenerator<RoleMiningManagementSuggestion> {
  const roleMining = createClient(RoleMiningManagementService, api.transport)
  let pageToken = ''
  do {
    const page = await roleMining.listSuggestions({ pageSize: 100, pageToken })
    yield* page.list
    pageToken = page.nextPageToken
  } while (pageToken !== '')
}

/** A suggestion in some lines. */
export function describeSuggestion(suggestion: RoleMiningManagementSuggestion): string {
  const state = SuggestionState[suggestion.suggestionState]?.toLowerCase() ?? `state ${suggestion.suggestionState}`
  const filters = suggestion.cohortFilters.map(({ attribute, values }) => `${attribute} = ${values.join(' or ')}`)
  return [
    `${suggestion.suggestedName}  (${state}, confidence ${suggestion.confidence.toFixed(2)}${ageOfFigures(suggestion)})`,
    `  ${suggestion.cohortSize} people where ${filters.join(' and ')}; ${suggestion.entitlements.length} entitlements`,
    ...suggestion.insights.map((insight) => `  - ${insight}`),
    `  id ${suggestion.id}`,
  ].join('\n')
}

/**
 * An accepted suggestion keeps the figures of its acceptance, which is its last change. A dismissed one has those of the last analysis that
 * found it. Both may be older than the newest analysis.
 */
function ageOfFigures({ suggestionState, updatedAt, lastGeneratedAt }: RoleMiningManagementSuggestion): string {
  if (suggestionState === SuggestionState.ACCEPTED) return `, figures of its acceptance${at(updatedAt)}`
  if (suggestionState === SuggestionState.DISMISSED) return `, figures of the analysis${at(lastGeneratedAt)}`
  return ''
}

/** ` at 2026-01-31 14:20 UTC` */
function at(time: Timestamp | undefined): string {
  return time === undefined ? '' : ` at ${minuteOf(time)} UTC`
}

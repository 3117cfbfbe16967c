import { RoleMiningManagementSuggestionSchema } from '@assay/contracts/c1/api/role_mining_management/v1/suggestion_pb'
import { toJson } from '@bufbuild/protobuf'
import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { suggestions } from './suggestions.ts'

/** `assay export`: all suggestions, one JSON line for each, in the shape of the C1 API. */
export function exportCommand(print: (line: string) => void): Command {
  return new Command('export').description('print all suggestions as JSON, one a line, best first').action(async () => {
    for await (const suggestion of suggestions(await connectToPlatform(readSettings())))
      print(JSON.stringify(toJson(RoleMiningManagementSuggestionSchema, suggestion, { alwaysEmitImplicit: true })))
  })
}

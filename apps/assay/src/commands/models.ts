import {
  DownloadRoleModelRequest_Content as Content,
  DownloadRoleModelRequest_Format as Format,
} from '@assay/contracts/assay/rolemodel/v1/role_model_outline_pb'
import {
  Objective,
  type RoleModel,
  RoleModelService,
  RoleModel_State as State,
} from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'
import { minuteOf } from './minute.ts'

const client = async () => createClient(RoleModelService, (await connectToPlatform(readSettings())).transport)

/** `assay models`: the stored role models; `assay mine --model` starts one. */
export function modelsCommand(
  print: (line: string) => void,
  write: (text: string) => void = (text) => void process.stdout.write(text),
): Command {
  const command = new Command('models').description('list, cancel, delete and download role models')
  command
    .command('list')
    .description('print the stored role models, the newest first')
    .action(async () => {
      const models = await client()
      for (let pageToken = ''; ; ) {
        const page = await models.listRoleModels({ pageSize: 100, pageToken })
        for (const model of page.roleModels) print(lineOf(model))
        if (page.nextPageToken === '') return
        pageToken = page.nextPageToken
      }
    })
  command
    .command('cancel <id>')
    .description('end the mining of a role model')
    .action(async (roleModelId: string) => print(lineOf(await (await client()).cancelRoleModel({ roleModelId }))))
  command
    .command('delete <id>')
    .description('delete a role model; access profiles and drafts that were made of it stay')
    .action(async (roleModelId: string) => {
      await (await client()).deleteRoleModel({ roleModelId })
      print(`Deleted ${roleModelId}.`)
    })
  command
    .command('download <id>')
    .description('write the roles of a model to the output: what each gives')
    .option('--people', 'who has each role, in place of what it gives')
    .option('--ndjson', 'a JSON object a line in place of CSV')
    .action(async (roleModelId: string, { people, ndjson }: { people?: boolean; ndjson?: boolean }) => {
      const request = {
        roleModelId,
        content: people ? Content.IDENTITIES : Content.ENTITLEMENTS,
        format: ndjson ? Format.NDJSON : Format.CSV,
      }
      const decoder = new TextDecoder()
      for await (const { data } of (await client()).downloadRoleModel(request))
        write(decoder.decode(data, { stream: true }))
    })
  return command
}

function lineOf({ id, state, objective, figures, createTime, errorMessage }: RoleModel): string {
  const what = Objective[objective]?.toLowerCase().replaceAll('_', ' ')
  const outcome = {
    [State.RUNNING]: 'is being mined',
    [State.COMPLETED]: `${figures?.roles ?? 0} roles, ${figures?.missing ?? 0} grants missing, ${figures?.added ?? 0} added`,
    [State.FAILED]: errorMessage,
    [State.UNSPECIFIED]: '',
  }[state]
  return `${id}  ${minuteOf(createTime)}  ${what}: ${outcome}`
}

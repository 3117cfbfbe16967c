import {
  Work_Kind as Kind,
  Work_State as State,
  type Work,
  WorkSchema,
  WorkService,
} from '@assay/contracts/assay/work/v1/work_service_pb'
import { toJson } from '@bufbuild/protobuf'
import { timestampDate } from '@bufbuild/protobuf/wkt'
import { createClient } from '@connectrpc/connect'
import { Command } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { enumWords } from '../enum-words.ts'
import { readSettings } from '../settings.ts'

/** `assay work`: the running work, and its cancellation. */
export function workCommand(print: (line: string) => void): Command {
  const work = new Command('work').description('show the running work and its progress, or cancel it')
  const connect = async () => createClient(WorkService, (await connectToPlatform(readSettings())).transport)
  const show = (one: Work, json: boolean | undefined) =>
    print(json ? JSON.stringify(toJson(WorkSchema, one)) : describeWork(one))

  work
    .command('list', { isDefault: true })
    .description('print the work that has not ended, the oldest first')
    .option('--json', 'print each as a JSON line, with the names of the API')
    .action(async ({ json }: { json?: boolean }) => {
      const client = await connect()
      let count = 0
      for (let pageToken = ''; ; ) {
        const page = await client.listWork({ pageSize: 100, pageToken })
        for (const one of page.work) show(one, json)
        count += page.work.length
        if (page.nextPageToken === '') break
        pageToken = page.nextPageToken
      }
      if (count === 0 && !json) print('No work is running.')
    })

  work
    .command('watch')
    .description('print the work whenever it changes, until none is running')
    .option('--json', 'print each as a JSON line, with the names of the API')
    .action(async ({ json }: { json?: boolean }) => {
      const client = await connect()
      const shown = new Map<string, string>()
      // The server ends a watch after five minutes, so it is repeated.
      for (;;) {
        for await (const { work: all } of client.watchWork({})) {
          for (const one of all) {
            const line = json ? JSON.stringify(toJson(WorkSchema, one)) : describeWork(one)
            if (shown.get(one.id) !== line) print(line)
            shown.set(one.id, line)
          }
          if (all.length > 0) continue
          if (!json) print('No work is running.')
          return
        }
      }
    })

  work
    .command('cancel')
    .description('ask for the end of some work; what it is about then says that it was cancelled')
    .argument('<work>', 'its id, as the list prints it')
    .option('--json', 'print it as a JSON line, with the names of the API')
    .action(async (workId: string, { json }: { json?: boolean }) =>
      show(await (await connect()).cancelWork({ workId }), json),
    )
  return work
}

const kinds: Readonly<Record<Kind, string>> = {
  [Kind.UNSPECIFIED]: 'work',
  [Kind.LOAD]: 'load',
  [Kind.COMPOSITION]: 'putting the sources together',
  [Kind.IMPORT]: 'import',
  [Kind.ANALYSIS]: 'analysis, run',
  [Kind.CUSTOM_ANALYSIS]: 'custom analysis',
  [Kind.ROLE_MODEL]: 'role model',
  [Kind.SESSION]: 'role mining session',
  [Kind.DISCOVERY]: 'automatic sessions after import',
  [Kind.EXPORT]: 'export',
  [Kind.PROVISION]: 'access profile of potential role',
  [Kind.MEMBERSHIP]: 'membership rules',
  [Kind.READINESS]: 'readiness of import',
  [Kind.CHANGES]: 'comparison of loads',
  [Kind.PULL]: 'pull',
}

const states: Readonly<Record<State, string>> = {
  [State.UNSPECIFIED]: '',
  [State.WAITING]: 'waits',
  [State.DELAYED]: 'is tried again later',
  [State.RUNNING]: 'is running',
  [State.CANCELLING]: 'is being cancelled',
}

function describeWork({ id, kind, state, aboutId, phase, doneCount, totalCount, ...more }: Work): string {
  const { remainingSeconds, message, createTime } = more
  const name = [enumWords(kinds, kind, 'work of kind'), aboutId].filter(Boolean).join(' ')
  const count = totalCount > 0n ? ` ${doneCount} of ${totalCount}` : doneCount > 0n ? ` ${doneCount}` : ''
  const progress = phase === '' ? '' : `; ${phase}${count}`
  const rest = remainingSeconds === undefined ? '' : `, about ${remainingSeconds} s more`
  const why = message === '' ? '' : `: ${message}`
  const since = createTime === undefined ? '' : ` (since ${timestampDate(createTime).toISOString().slice(0, 19)}Z)`
  return `${id}  ${name} ${enumWords(states, state, 'state')}${progress}${rest}${why}${since}`
}

import { type DecisionResult, InboxService } from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { DismissalReason } from '@assay/contracts/assay/decision/v1/decision_service_pb'
import { type Client, ConnectError, createClient } from '@connectrpc/connect'
import { Command, Option } from 'commander'
import { connectToPlatform } from '../api-client.ts'
import { readSettings } from '../settings.ts'

const candidateHelp = 'suggestion:ID or role:ID (a potential role), or the id alone'
/** The kind can be dropped, since a suggestion and a potential role never have the same id. */
const idOf = (text: string) => text.replace(/^(suggestion|role):/, '')

const reasons: Readonly<Record<string, DismissalReason>> = {
  'no-role': DismissalReason.NO_ROLE,
  'too-broad': DismissalReason.TOO_BROAD,
  'too-narrow': DismissalReason.TOO_NARROW,
  'wrong-people': DismissalReason.WRONG_PEOPLE,
  sensitive: DismissalReason.SENSITIVE_ACCESS,
  covered: DismissalReason.COVERED_ALREADY,
  temporary: DismissalReason.TEMPORARY,
  other: DismissalReason.OTHER,
}

/** `assay accept`: makes an access profile of a candidate. */
export function acceptCommand(print: (line: string) => void): Command {
  return new Command('accept')
    .description('make an access profile of a candidate; "assay undo" takes it back')
    .argument('<candidate>', candidateHelp)
    .option('--name <name>', 'the name of the access profile; default: that of the candidate')
    .action(async (candidate: string, { name = '' }: { name?: string }) => {
      const id = idOf(candidate)
      const inbox = await inboxClient()
      const { displayName, etag } = await inbox.getInboxCandidate({ candidateId: id })
      const outcome = { case: 'accept' as const, value: { displayName: name } }
      const { results } = await inbox.batchDecide({ decisions: [{ candidateId: id, etag, outcome }] })
      print(`"${name || displayName}" is the access profile ${candidateOf(results[0]).accessProfileId}`)
    })
}

/** `assay dismiss`: removes a candidate from the inbox, with a reason. */
export function dismissCommand(print: (line: string) => void): Command {
  return new Command('dismiss')
    .description('dismiss a candidate, so that later analyses do not propose it again; "assay undo" takes it back')
    .argument('<candidate>', candidateHelp)
    .addOption(new Option('--reason <reason>', 'why').choices(Object.keys(reasons)))
    .option('--comment <text>', 'why, in words')
    .action(async (candidate: string, { reason = '', comment = '' }: { reason?: string; comment?: string }) => {
      const id = idOf(candidate)
      const inbox = await inboxClient()
      const { displayName, etag } = await inbox.getInboxCandidate({ candidateId: id })
      const outcome = {
        case: 'dismiss' as const,
        value: { reason: reasons[reason] ?? DismissalReason.UNSPECIFIED, comment },
      }
      const { results } = await inbox.batchDecide({ decisions: [{ candidateId: id, etag, outcome }] })
      candidateOf(results[0])
      print(`"${displayName}" is dismissed`)
    })
}

/** `assay undo`: takes back the decision about a candidate. */
export function undoCommand(print: (line: string) => void): Command {
  return new Command('undo')
    .description('take back the acceptance or the dismissal of a candidate')
    .argument('<candidate>', candidateHelp)
    .action(async (candidate: string) => {
      const id = idOf(candidate)
      const inbox = await inboxClient()
      const { etag } = await inbox.getInboxCandidate({ candidateId: id })
      const { displayName } = await inbox.undoDecision({ candidateId: id, etag })
      print(`"${displayName}" waits for a decision again`)
      if (await isEmptyNow(inbox, id)) {
        print('  Nobody in the data in force belongs to it: it cannot be accepted, and the next analysis removes it.')
      }
    })
}

/**
 * Whether a candidate has no people any more: the data in force may be newer than the analysis that found it. Returns false when the
 * service does not answer, because the decision is already taken back and this is only a hint.
 */
export async function isEmptyNow(inbox: Pick<Client<typeof InboxService>, 'listInboxPeople'>, candidateId: string) {
  try {
    return (await inbox.listInboxPeople({ candidateId, pageSize: 1 })).totalCount === 0
  } catch (error) {
    if (error instanceof ConnectError) return false
    throw error
  }
}

async function inboxClient(): Promise<Client<typeof InboxService>> {
  return createClient(InboxService, (await connectToPlatform(readSettings())).transport)
}

/** @throws Error with the platform's message when the decision was not made */
function candidateOf(result: DecisionResult | undefined) {
  if (result?.outcome.case === 'candidate') return result.outcome.value
  throw new Error(result?.outcome.value?.message ?? 'The platform did not report the decision')
}

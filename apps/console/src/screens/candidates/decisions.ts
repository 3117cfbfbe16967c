import {
  type DecisionSchema,
  type InboxCandidate,
  InboxService,
} from '@assay/contracts/assay/candidate/v1/inbox_service_pb'
import { ProfileService } from '@assay/contracts/assay/profile/v1/profile_service_pb'
import { SessionService } from '@assay/contracts/assay/session/v1/session_service_pb'
import type { MessageInitShape } from '@bufbuild/protobuf'
import { createClient } from '@connectrpc/connect'
import { queryClient, sentenceOf, transport } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import { texts } from './texts.ts'

const inbox = createClient(InboxService, transport)

type Decision = MessageInitShape<typeof DecisionSchema>
export type Outcome = NonNullable<Decision['outcome']>

/** A candidate to decide on. The etag is that of the shown state, so a candidate that has changed since is refused. */
type Decided = Pick<InboxCandidate, 'id' | 'etag' | 'displayName'>

/** The maximum number of decisions in a call. */
const mostAtOnce = 100

/**
 * Decides on candidates, shows the result and offers to undo it.
 * @returns whether all decisions were made
 */
export async function decide(candidates: readonly Decided[], outcome: Outcome): Promise<boolean> {
  const done: InboxCandidate[] = []
  const problems: string[] = []
  try {
    for (let at = 0; at < candidates.length; at += mostAtOnce) {
      const part = candidates.slice(at, at + mostAtOnce)
      const { results } = await inbox.batchDecide({
        decisions: part.map(({ id: candidateId, etag }) => ({ candidateId, etag, outcome })),
      })
      for (const { outcome: came } of results) {
        if (came.case === 'candidate') done.push(came.value)
        else if (came.case === 'error') problems.push(came.value.message)
      }
    }
  } catch (error) {
    problems.push(sentenceOf(error))
  }
  const [only] = candidates.length === 1 ? candidates : []
  const said = texts.decided(outcome.case === 'accept', done.length, only?.displayName)
  const wrong = problems.length === 0 ? '' : ` ${texts.notDecided(problems.length, problems[0] ?? '')}`
  showToast(
    only !== undefined && problems.length > 0 ? (problems[0] ?? '') : said + wrong,
    done.length > 0 ? () => void takeBack(done) : undefined,
  )
  await refresh()
  return problems.length === 0
}

/** Opens candidates again. When an acceptance is undone, its access profile is deleted, unless it has been changed. */
export async function takeBack(candidates: readonly Decided[]): Promise<boolean> {
  const problems: string[] = []
  for (const { id: candidateId, etag } of candidates)
    await inbox.undoDecision({ candidateId, etag }).catch((error: unknown) => problems.push(sentenceOf(error)))
  const count = candidates.length - problems.length
  const [only] = candidates.length === 1 ? candidates : []
  const said = texts.openAgain(count, only?.displayName)
  showToast(problems[0] ?? said)
  await refresh()
  return problems.length === 0
}

/** Requests again all lists of candidates, those of searches too, and the access profiles, which decisions create and delete. */
async function refresh(): Promise<void> {
  await Promise.all(
    [InboxService, SessionService, ProfileService].map(({ typeName: serviceName }) =>
      queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName }] }),
    ),
  )
}

import {
  Work_Kind as Kind,
  Work_State as State,
  type Work,
  WorkService,
} from '@assay/contracts/assay/work/v1/work_service_pb'
import { useMutation } from '@connectrpc/connect-query'
import { Button } from 'react-aria-components'
import { sentenceOf } from '../shell/calls.ts'
import { useMay } from '../shell/rights.ts'
import { showToast } from '../shell/toast.tsx'
import { formatCount } from './figures.ts'

const names: Readonly<Record<Kind, string>> = {
  [Kind.UNSPECIFIED]: 'Work',
  [Kind.LOAD]: 'Reading a load',
  [Kind.COMPOSITION]: 'Putting the sources together',
  [Kind.IMPORT]: 'Bringing an import into force',
  [Kind.ANALYSIS]: 'Looking for candidates',
  [Kind.CUSTOM_ANALYSIS]: 'Looking at a group',
  [Kind.ROLE_MODEL]: 'Mining a role model',
  [Kind.SESSION]: 'A search by access',
  [Kind.DISCOVERY]: 'Searching by access after an import',
  [Kind.EXPORT]: 'An export',
  [Kind.PROVISION]: 'Making an access profile',
  [Kind.MEMBERSHIP]: 'Evaluating membership rules',
  [Kind.READINESS]: 'Measuring the data',
  [Kind.CHANGES]: 'Comparing with the data before',
  [Kind.PULL]: 'Reading a server',
}

const needsAdministrator = new Set([Kind.LOAD, Kind.COMPOSITION, Kind.IMPORT, Kind.PULL])

/** What goes on, how far it is, and its end on request. */
export function WorkList({ work, label }: { readonly work: readonly Work[]; readonly label: string }) {
  return (
    <ul className="stack" aria-label={label}>
      {work.map((one) => (
        <li key={one.id} className="stack-tight">
          <WorkItem work={one} />
        </li>
      ))}
    </ul>
  )
}

function WorkItem({ work }: { readonly work: Work }) {
  const mayMine = useMay('mine')
  const mayAdminister = useMay('administer')
  const { mutate: cancel, isPending } = useMutation(WorkService.method.cancelWork, {
    onError: (error) => showToast(sentenceOf(error)),
  })
  const { id, kind, state, cancellable, doneCount, totalCount } = work
  const mayCancel = cancellable && (needsAdministrator.has(kind) ? mayAdminister : mayMine)
  const name = names[kind]
  return (
    <>
      <div className="row">
        <span>{name}</span>
        {mayCancel && (
          <Button
            className="button"
            isDisabled={isPending || state === State.CANCELLING}
            aria-label={`Cancel: ${name}`}
            onPress={() => cancel({ workId: id })}
          >
            Cancel
          </Button>
        )}
      </div>
      {totalCount > 0n && <progress aria-label={name} value={Number(doneCount)} max={Number(totalCount)} />}
      <span className="small muted">{progressWords(work)}</span>
    </>
  )
}

/** `records read, 1,200 of 2,000, about 30 s more` */
export function progressWords({ state, phase, doneCount, totalCount, remainingSeconds, message }: Work): string {
  if (state === State.CANCELLING) return 'is being cancelled'
  if (state === State.WAITING) return 'waits for its turn'
  if (state === State.DELAYED) return `is tried again: ${message}`
  const count =
    totalCount > 0n
      ? `, ${formatCount(Number(doneCount))} of ${formatCount(Number(totalCount))}`
      : doneCount > 0n
        ? `: ${formatCount(Number(doneCount))}`
        : ''
  const rest = remainingSeconds === undefined ? '' : `, about ${durationWords(remainingSeconds)} more`
  return `${phase || 'goes on'}${count}${rest}`
}

function durationWords(seconds: number): string {
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`
}

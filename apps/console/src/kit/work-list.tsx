import {
  Work_Kind as Kind,
  Work_State as State,
  type Work,
  WorkService,
} from '@assay/contracts/assay/work/v1/work_service_pb'
import { useMutation } from '@connectrpc/connect-query'
import { sentenceOf } from '../shell/calls.ts'
import { useMay } from '../shell/rights.ts'
import { showToast } from '../shell/toast.tsx'
import { CallButton } from './call-button.tsx'
import { enumWords } from './enum-words.ts'
import { texts } from './texts.ts'
import { progressWords, workNames } from './work-texts.ts'

const needsAdministrator = new Set([Kind.LOAD, Kind.COMPOSITION, Kind.IMPORT, Kind.PULL])

/** The running work, its progress, and a button that cancels it. */
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
  const name = enumWords(workNames, kind)
  return (
    <>
      <div className="row">
        <span>{name}</span>
        {mayCancel && (
          <CallButton
            isBusy={isPending || state === State.CANCELLING}
            aria-label={texts.cancelOne(name)}
            onPress={() => cancel({ workId: id })}
          >
            {texts.cancel}
          </CallButton>
        )}
      </div>
      {totalCount > 0n && <progress aria-label={name} value={Number(doneCount)} max={Number(totalCount)} />}
      <span className="small muted">{progressWords(work)}</span>
    </>
  )
}

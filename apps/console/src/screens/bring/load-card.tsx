import { type Load, Load_State as State } from '@assay/contracts/assay/source/v1/source_pb'
import { SourceService } from '@assay/contracts/assay/source/v1/source_service_pb'
import { Work_Kind as Kind } from '@assay/contracts/assay/work/v1/work_service_pb'
import { useMutation } from '@connectrpc/connect-query'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { CallButton } from '../../kit/call-button.tsx'
import { formatCount, formatShare } from '../../kit/figures.ts'
import { inReadingOrder } from '../../kit/reading-order.ts'
import { progressWords } from '../../kit/work-texts.ts'
import { queryClient, sentenceOf } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import { useWork } from '../../shell/work.ts'
import { forgetUploads } from './begin-check.ts'
import { DoneCard } from './done-card.tsx'
import { FaultList } from './fault-list.tsx'
import { Report } from './load-report.tsx'
import { texts } from './texts.ts'

interface Props {
  readonly load: Load
  /** The load of the source that is in force. */
  readonly before: Load | undefined
  readonly onAgain: () => void
}

/** The state of the load: being read, waiting for confirmation, coming into force, done or refused. */
export function LoadCard({ load, before, onAgain }: Props) {
  const { state } = load
  const title = state === State.STAGED ? texts.commit : texts.checkResult
  if (state === State.COMMITTED) return <DoneCard load={load} />
  return (
    <section className="card stack" aria-label={title}>
      <h2>{title}</h2>
      {(state === State.READING || state === State.STAGED || state === State.OPEN) && <GoingOn load={load} />}
      {state === State.AWAITING_CONFIRMATION && <Waiting load={load} before={before} onAgain={onAgain} />}
      {state === State.FAILED && (
        <>
          {load.faultCount === 0 && <p role="alert">{inReadingOrder(load.errorMessage)}</p>}
          <FaultList faults={load.faults} count={load.faultCount} />
        </>
      )}
      {state === State.ABORTED && <p>{texts.aborted}</p>}
      {(state === State.FAILED || state === State.ABORTED) && (
        <div className="row">
          <Button className="button" data-kind="accent" onPress={onAgain}>
            {texts.again}
          </Button>
        </div>
      )}
      <Report load={load} />
    </section>
  )
}

function useAbort(load: Load) {
  return useMutation(SourceService.method.abortLoad, {
    onSuccess: () => void queryClient.invalidateQueries(),
    onError: (error) => showToast(sentenceOf(error)),
  }).mutate.bind(undefined, { loadId: load.id })
}

function GoingOn({ load }: { readonly load: Load }) {
  const abort = useAbort(load)
  const work = useWork().find(
    ({ kind, aboutId }) =>
      (kind === Kind.LOAD && aboutId === load.id) || (load.state === State.STAGED && kind === Kind.COMPOSITION),
  )
  return (
    <>
      <p role="status">
        {load.state === State.STAGED ? texts.committing : texts.checking}
        {work?.phase ? ` ${texts.nowGoesOn(progressWords(work))}` : ''}
      </p>
      <progress aria-label={texts.checkResult} />
      <div className="row">
        <Button className="button" onPress={() => abort()}>
          {texts.cancel}
        </Button>
      </div>
    </>
  )
}

function Waiting({ load, before, onAgain }: Props) {
  const [isComplete, setComplete] = useState(false)
  const abort = useAbort(load)
  const { mutate: confirm, isPending } = useMutation(SourceService.method.confirmLoad, {
    onSuccess: () => {
      void forgetUploads(load.files.map(({ name }) => name)).catch(() => {})
      void queryClient.invalidateQueries()
    },
    onError: (error) => showToast(sentenceOf(error)),
  })
  const removals = removalWords(load)
  return (
    <>
      <Counts load={load} before={before} />
      <FaultList faults={load.faults} count={load.faultCount} />
      {removals !== undefined && (
        <>
          <p role="alert">
            <strong>{removals}</strong>
          </p>
          <label className="choice">
            <input type="checkbox" checked={isComplete} onChange={() => setComplete(!isComplete)} />
            {texts.complete}
          </label>
        </>
      )}
      <div className="row">
        <CallButton
          isMain
          isBusy={isPending}
          isDisabled={removals !== undefined && !isComplete}
          onPress={() => confirm({ loadId: load.id })}
        >
          {texts.commit}
        </CallButton>
        <Button
          className="button"
          onPress={() => {
            abort()
            onAgain()
          }}
        >
          {texts.giveUp}
        </Button>
      </div>
    </>
  )
}

/** `This load removes 1,840 of 2,000 people (92 %), 4 of 10 grants.`; undefined when it does not remove much. */
function removalWords({ removals }: Load): string | undefined {
  if (removals === undefined) return undefined
  const { people, grants, links } = removals
  const parts = [
    { noun: texts.nouns.people, removal: people },
    { noun: texts.nouns.grants, removal: grants },
    { noun: texts.nouns.links, removal: links },
  ].flatMap(({ noun, removal }) =>
    removal === undefined || removal.removed === 0n
      ? []
      : [`${formatShare(Number(removal.removed), Number(removal.before))} ${noun}`],
  )
  return parts.length === 0 ? undefined : texts.removes(parts.join(', '))
}

/** The records of the load beside those that are in force. */
function Counts({ load, before }: { readonly load: Load; readonly before: Load | undefined }) {
  const { counts } = load
  if (counts === undefined) return null
  const rows = [
    [texts.recordNames.people, counts.people, before?.counts?.people],
    [texts.recordNames.accounts, counts.accounts, before?.counts?.accounts],
    [texts.recordNames.applications, counts.applications, before?.counts?.applications],
    [texts.recordNames.entitlements, counts.entitlements, before?.counts?.entitlements],
    [texts.recordNames.grants, Number(counts.grants), before?.counts && Number(before.counts.grants)],
  ] as const
  return (
    <table className="figures-table">
      <thead>
        <tr>
          <th scope="col">{texts.records}</th>
          <th scope="col">{texts.now}</th>
          <th scope="col">{texts.inForce}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, now, then]) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td>{formatCount(now)}</td>
            <td>{then === undefined ? texts.none : formatCount(then)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

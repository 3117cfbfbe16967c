import {
  ProfileDifference_Kind as Kind,
  type ProfileDifference,
} from '@assay/contracts/assay/publication/v1/publication_service_pb'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { CallButton } from '../../kit/call-button.tsx'
import { Question } from '../../kit/dialog.tsx'
import { Failed } from '../../kit/failed.tsx'
import { SelectField } from '../../kit/select-field.tsx'
import { formatTime } from '../../kit/times.ts'
import { useProblem } from '../../kit/use-problem.ts'
import { MovedLists } from './moved-list.tsx'
import { publishProfile } from './publish.ts'
import { useLastTime, usePreview, useTargets } from './queries.ts'
import { publishSentence, texts } from './texts.ts'

interface Props {
  readonly accessProfileId: string
  readonly isOpen: boolean
  readonly onClose: () => void
}

/** Asks to which system a profile is handed over, and shows the difference to the last time. */
export function PublishQuestion({ accessProfileId, isOpen, onClose }: Props) {
  return (
    <Question title={texts.title} isOpen={isOpen} onClose={onClose}>
      {/* Mounted with the dialog, so that no system is selected at first. */}
      <PublishForm accessProfileId={accessProfileId} onClose={onClose} />
    </Question>
  )
}

function PublishForm({ accessProfileId, onClose }: Omit<Props, 'isOpen'>) {
  const [targetId, setTargetId] = useState('')
  const [problem, setProblem, isShown] = useProblem()
  const [isBusy, setBusy] = useState(false)
  const { data: offered, error, refetch } = useTargets()
  const preview = usePreview(targetId, accessProfileId)
  const targets = offered?.targets ?? []
  const target = targets.find(({ id }) => id === targetId)
  const choose = (id: string | undefined) => {
    setTargetId(id ?? '')
    setProblem(undefined)
  }
  const publish = async () => {
    if (target === undefined || preview.data === undefined || isBusy) return
    setBusy(true)
    const { contentHash } = preview.data
    const found = await publishProfile({ accessProfileId, targetId, title: target.title, contentHash })
    setBusy(false)
    setProblem(found)
    if (found === undefined && isShown.current) onClose()
  }
  return (
    <div className="stack">
      <p className="muted">{texts.means}</p>
      {error !== null && <Failed error={error} onRetry={() => void refetch()} />}
      <SelectField
        label={texts.target}
        value={target?.id}
        whole={texts.noTarget}
        options={targets.map(({ id, title }) => [id, title] as const)}
        onChange={choose}
      />
      {preview.error !== null && <Failed error={preview.error} onRetry={() => void preview.refetch()} />}
      {target !== undefined && preview.data === undefined && preview.error === null && <p aria-busy>{texts.looking}</p>}
      {target !== undefined && preview.data !== undefined && (
        <>
          <Difference difference={preview.data.differences[0]} targetId={target.id} accessProfileId={accessProfileId} />
          {preview.data.notices.map((notice) => (
            <p key={notice} className="small">
              {notice}
            </p>
          ))}
          <p className="small muted">
            {texts.files}: {target.fileNames.join(', ')}
          </p>
          <details>
            <summary>{texts.losses}</summary>
            <ul>
              {target.losses.map((loss) => (
                <li key={loss}>{loss}</li>
              ))}
            </ul>
          </details>
        </>
      )}
      <p className="fault" role="alert">
        {problem}
      </p>
      <div className="row">
        <CallButton isMain isBusy={isBusy} isDisabled={preview.data === undefined} onPress={() => void publish()}>
          {texts.confirm}
        </CallButton>
        <Button className="button" onPress={onClose}>
          {texts.cancel}
        </Button>
      </div>
    </div>
  )
}

interface DifferenceProps {
  readonly difference: ProfileDifference | undefined
  readonly targetId: string
  readonly accessProfileId: string
}

function Difference({ difference, targetId, accessProfileId }: DifferenceProps) {
  const { data } = useLastTime(targetId, accessProfileId)
  const [last] = data?.publications ?? []
  return (
    <>
      <p role="status">{publishSentence(difference)}</p>
      {difference?.kind === Kind.ADDED && <p className="small muted">{texts.neverBefore}</p>}
      {last !== undefined && (
        <p className="small muted">
          {formatTime(last.publishTime)}, <bdi>{last.publishedByDisplayName || last.publishedBy}</bdi>
        </p>
      )}
      {difference !== undefined && <MovedLists difference={difference} />}
    </>
  )
}

import { ChangeService, type HealthGoal } from '@assay/contracts/assay/change/v1/change_service_pb'
import { useMutation } from '@connectrpc/connect-query'
import type { FormEvent } from 'react'
import { Button } from 'react-aria-components'
import { Answers } from '../../kit/answers.tsx'
import { Question } from '../../kit/dialog.tsx'
import { queryClient, sentenceOf } from '../../shell/calls.ts'
import { showToast } from '../../shell/toast.tsx'
import { useTyped } from '../../shell/typed.ts'
import type { Measure } from './measures.ts'
import { measureNames, texts } from './texts.ts'

interface Props {
  readonly measure: Measure
  readonly goal: HealthGoal | undefined
  readonly onClose: () => void
}

/** Asks for the goal of a measure; a share is entered in per cent. */
export function GoalQuestion({ measure: { key, isShare, isUpwards }, goal, onClose }: Props) {
  const { title } = measureNames[key]
  const unit = isShare ? 100 : 1
  const [typed, setTyped, discard] = useTyped(
    `goal:${key}`,
    goal === undefined ? '' : String(Math.round(goal.goal * unit * 100) / 100),
  )
  const { mutate } = useMutation(ChangeService.method.setHealthGoal, {
    onError: (error) => showToast(sentenceOf(error)),
    onSuccess: () => {
      discard()
      void queryClient.invalidateQueries({ queryKey: ['connect-query', { serviceName: ChangeService.typeName }] })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    onClose()
    mutate({ measure: key, goal: Number(typed) / unit })
  }
  const takeAway = () => {
    onClose()
    mutate({ measure: key })
  }
  const cancel = () => {
    discard()
    onClose()
  }
  return (
    <Question title={`${texts.goal}: ${title}`} isOpen onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        <label className="field">
          <span className="field-label">
            {isUpwards ? texts.atLeast : texts.atMost}
            {isShare && `, ${texts.inPercent}`}
          </span>
          <input
            className="input cut-number"
            type="number"
            required
            min={0}
            step="any"
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        </label>
        {goal !== undefined && (
          <p>
            <Button className="button" onPress={takeAway}>
              {texts.noGoal}
            </Button>
          </p>
        )}
        <Answers yes={texts.setGoal} onNo={cancel} isDisabled={typed.trim() === ''} />
      </form>
    </Question>
  )
}

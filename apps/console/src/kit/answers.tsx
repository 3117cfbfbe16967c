import { Button } from 'react-aria-components'
import { texts } from './texts.ts'

interface Props {
  readonly yes: string
  /** Without it, yes submits the surrounding form. */
  readonly onYes?: () => void
  readonly onNo: () => void
  readonly isDisabled?: boolean
}

/** The two answers to a question; Enter answers yes, because that button has the focus. */
export function Answers({ yes, onYes, onNo, isDisabled = false }: Props) {
  return (
    <div className="row">
      <Button
        className="button"
        data-kind="accent"
        autoFocus
        isDisabled={isDisabled}
        {...(onYes === undefined ? { type: 'submit' as const } : { onPress: onYes })}
      >
        {yes}
      </Button>
      <Button className="button" onPress={onNo}>
        {texts.cancel}
      </Button>
    </div>
  )
}

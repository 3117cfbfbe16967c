import { Button } from 'react-aria-components'
import { CopiedField } from '../../kit/copied-field.tsx'
import { Question } from '../../kit/dialog.tsx'
import { texts } from './texts.ts'

interface Props {
  /** Undefined while there is no secret to show. */
  readonly secret: string | undefined
  readonly onClose: () => void
}

/** Shows the secret of a webhook once: no address, no storage of the browser and no later response contains it. */
export function SecretQuestion({ secret, onClose }: Props) {
  return (
    <Question title={texts.secretTitle} isOpen={secret !== undefined} onClose={onClose}>
      <p>{texts.secretMeans}</p>
      <CopiedField title={texts.secret} text={secret ?? ''} />
      <div className="row">
        <Button className="button" data-kind="accent" onPress={onClose}>
          {texts.storedIt}
        </Button>
      </div>
    </Question>
  )
}

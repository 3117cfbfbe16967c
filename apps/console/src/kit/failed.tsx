import { Button } from 'react-aria-components'
import { isRefused, sentenceOf } from '../shell/calls.ts'
import { texts } from './texts.ts'

/** Why a part of the screen could not be shown, with a way to try again, except when the user lacks a right. */
export function Failed({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  return (
    <div className="row" role="alert">
      <span>{sentenceOf(error)}</span>
      {!isRefused(error) && (
        <Button className="button" onPress={onRetry}>
          {texts.tryAgain}
        </Button>
      )}
    </div>
  )
}

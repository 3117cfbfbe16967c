import { Button } from 'react-aria-components'
import { showToast } from '../shell/toast.tsx'
import { texts } from './texts.ts'

/** A text that the user stores elsewhere: a click selects it, and a button copies it. */
export function CopiedField({ title, text }: { readonly title: string; readonly text: string }) {
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => showToast(texts.copied),
      () => showToast(texts.notCopied),
    )
  return (
    <label className="field">
      <span className="field-label">{title}</span>
      <span className="row">
        <input
          className="input code"
          readOnly
          value={text}
          aria-label={title}
          onFocus={({ target }) => target.select()}
        />
        <Button className="button" onPress={copy}>
          {texts.copy}
        </Button>
      </span>
    </label>
  )
}

import type { Webhook } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { familiesOf } from './event-families.ts'
import { useEventTypes } from './queries.ts'
import { texts } from './texts.ts'

/** What a form with these fields says. */
export function enteredWebhook(form: HTMLFormElement) {
  const entered = new FormData(form)
  return {
    url: String(entered.get('url') ?? '').trim(),
    description: String(entered.get('description') ?? '').trim(),
    eventTypes: entered.getAll('types').map(String),
  }
}

/** Where events go, what for, and which; what `before` says to begin with. */
export function WebhookFields({ before }: { readonly before?: Webhook }) {
  const { data } = useEventTypes()
  const chosen = before?.eventTypes ?? []
  // Single types are chosen by the API or the command line, and stay when the rest is changed here.
  const families = [...new Set([...familiesOf(data?.eventTypes.map(({ type }) => type) ?? []), ...chosen])]
  return (
    <>
      <label className="field wide-field">
        <span className="field-label">{texts.url}</span>
        <input
          className="input"
          name="url"
          type="url"
          required
          maxLength={2_000}
          autoComplete="off"
          defaultValue={before?.url}
        />
      </label>
      <label className="field">
        <span className="field-label">{texts.purpose}</span>
        <input className="input" name="description" dir="auto" maxLength={200} defaultValue={before?.description} />
      </label>
      <details>
        <summary>{texts.types}</summary>
        <fieldset className="choices row">
          <legend className="for-readers">{texts.types}</legend>
          {families.map((family) => (
            <label key={family} className="choice">
              <input type="checkbox" name="types" value={family} defaultChecked={chosen.includes(family)} />
              <code>{family}</code>
            </label>
          ))}
        </fieldset>
      </details>
    </>
  )
}

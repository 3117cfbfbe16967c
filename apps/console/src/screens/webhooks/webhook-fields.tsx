import type { Webhook } from '@assay/contracts/assay/event/v1/webhook_service_pb'
import { familiesOf } from './event-families.ts'
import { useEventTypes } from './queries.ts'
import { texts } from './texts.ts'

/** The values of a form with these fields. */
export function enteredWebhook(form: HTMLFormElement) {
  const entered = new FormData(form)
  return {
    url: String(entered.get('url') ?? '').trim(),
    description: String(entered.get('description') ?? '').trim(),
    eventTypes: entered.getAll('types').map(String),
  }
}

/** The fields for address, description and types; they begin with the values of `before`. */
export function WebhookFields({ before }: { readonly before?: Webhook }) {
  const { data } = useEventTypes()
  const chosen = before?.eventTypes ?? []
  // The API or the command line can choose single types; these stay when the form changes other values.
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

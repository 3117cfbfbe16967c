import type { MiningSettings } from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { Button } from 'react-aria-components'
import { TypedForm } from '../../kit/typed-form.tsx'
import { fieldTitle, type NumberName, numberNames, numbers, texts } from './texts.ts'

type Change = Partial<Pick<MiningSettings, NumberName | 'ignoredAttributes'>>

interface Props {
  readonly settings: MiningSettings
  readonly mayChange: boolean
  /** `sent` discards the typed values. */
  readonly onSave: (change: Change, paths: readonly string[], sent: () => void) => void
}

/** A form with each setting; it sends only changed settings. */
export function EachSetting({ settings, mayChange, onSave }: Props) {
  const submit = (element: HTMLFormElement, sent: () => void) => {
    const form = new FormData(element)
    const changed = numberNames.flatMap((name) => {
      const entered = Number(form.get(name))
      return entered === shown(settings, name) ? [] : [[name, numbers[name].isShare ? entered / 100 : entered] as const]
    })
    const ignored = String(form.get('ignored'))
      .split(',')
      .map((attribute) => attribute.trim())
      .filter(Boolean)
    const isSame = ignored.join() === settings.ignoredAttributes.join()
    const paths = [...changed.map(([name]) => numbers[name].path as string), ...(isSame ? [] : ['ignored_attributes'])]
    if (paths.length > 0)
      onSave({ ...Object.fromEntries(changed), ...(!isSame && { ignoredAttributes: ignored }) }, paths, sent)
  }
  return (
    <section className="card" aria-label={texts.each}>
      <h2>{texts.each}</h2>
      <TypedForm name="mining-settings" className="stack" onSubmit={submit}>
        <div className="fields">
          {numberNames.map((name) => (
            <label key={name} className="field">
              <span className="field-label">{fieldTitle(name)}</span>
              <input
                type="number"
                className="input"
                name={name}
                min={numbers[name].least}
                max={numbers[name].most}
                step={name === 'minLift' || numbers[name].isShare ? 'any' : 1}
                required
                readOnly={!mayChange}
                defaultValue={shown(settings, name)}
              />
            </label>
          ))}
        </div>
        <label className="field">
          <span className="field-label">{texts.ignored}</span>
          <input
            className="input"
            name="ignored"
            readOnly={!mayChange}
            defaultValue={settings.ignoredAttributes.join(', ')}
          />
        </label>
        {settings.hints.length > 0 && <p className="small muted">{texts.hints(settings.hints.length)}</p>}
        {mayChange && (
          <div className="row">
            <Button className="button" data-kind="accent" type="submit">
              {texts.save}
            </Button>
          </div>
        )}
      </TypedForm>
    </section>
  )
}

/** The value in the field. Shares are whole numbers in per cent, apart from binary rounding. */
function shown(settings: MiningSettings, name: NumberName): number {
  return numbers[name].isShare ? Math.round(settings[name] * 10_000) / 100 : settings[name]
}

import type { MiningPreset, MiningSettings } from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { Button } from 'react-aria-components'
import { numbers, presetNumbers, settingText, texts } from './texts.ts'

interface Props {
  readonly presets: readonly MiningPreset[]
  readonly settings: MiningSettings
  readonly mayChange: boolean
  readonly onUse: (name: string) => void
}

/** Three presets in words, and what each would change. */
export function PresetsCard({ presets, settings, mayChange, onUse }: Props) {
  return (
    <section className="card" aria-label={texts.presets}>
      <h2>{texts.presets}</h2>
      <p>{settings.preset === '' ? texts.own : texts.inForce(nameOf(settings.preset))}</p>
      <ul className="cards">
        {presets.map(({ name, description }) => (
          <li key={name} className="card">
            <h3>{nameOf(name)}</h3>
            <p>{description}</p>
            {name === settings.preset ? (
              <p className="muted">{texts.isUsed}</p>
            ) : (
              mayChange && (
                <Button
                  className="button at-end"
                  aria-label={texts.takeNamed(nameOf(name))}
                  onPress={() => onUse(name)}
                >
                  {texts.take}
                </Button>
              )
            )}
          </li>
        ))}
      </ul>
      <details>
        <summary>{texts.changes}</summary>
        <section className="table-frame" aria-label={texts.changes}>
          <table className="figures-table">
            <thead>
              <tr>
                <th scope="col">{texts.setting}</th>
                <th scope="col">{texts.present}</th>
                {presets.map(({ name }) => (
                  <th key={name} scope="col">
                    {nameOf(name)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {presetNumbers.map((number) => (
                <tr key={number}>
                  <th scope="row">{numbers[number].title}</th>
                  <td>{settingText(settings, number)}</td>
                  {presets.map((preset) => (
                    <td key={preset.name}>{settingText(preset.settings, number)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </details>
    </section>
  )
}

function nameOf(preset: string): string {
  return texts.presetNames[preset] ?? preset
}

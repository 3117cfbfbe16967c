import {
  type MiningPreset,
  type MiningSettings,
  MiningSettings_Preset as Preset,
} from '@assay/contracts/assay/insight/v1/mining_settings_service_pb'
import { Button } from 'react-aria-components'
import { numbers, presetNumbers, settingText, texts } from './texts.ts'

interface Props {
  readonly presets: readonly MiningPreset[]
  readonly settings: MiningSettings
  readonly mayChange: boolean
  readonly onUse: (preset: Preset) => void
}

/** The three presets in words, each with the settings that it would change. */
export function PresetsCard({ presets, settings, mayChange, onUse }: Props) {
  return (
    <section className="card" aria-label={texts.presets}>
      <h2>{texts.presets}</h2>
      <p>{settings.preset === Preset.UNSPECIFIED ? texts.own : texts.inForce(texts.presetNames[settings.preset])}</p>
      <ul className="cards-in-order">
        {presets.map(({ preset, description }) => (
          <li key={preset} className="card">
            <h3>{texts.presetNames[preset]}</h3>
            <p>{description}</p>
            {preset === settings.preset ? (
              <p className="muted">{texts.isUsed}</p>
            ) : (
              mayChange && (
                <Button className="button at-end" onPress={() => onUse(preset)}>
                  {texts.takeNamed(texts.presetNames[preset])}
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
                {presets.map(({ preset }) => (
                  <th key={preset} scope="col">
                    {texts.presetNames[preset]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {presetNumbers.map((number) => (
                <tr key={number}>
                  <th scope="row">{numbers[number].title}</th>
                  <td>{settingText(settings, number)}</td>
                  {presets.map(({ preset, settings: those }) => (
                    <td key={preset}>{settingText(those, number)}</td>
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

import type { RoleModel } from '@assay/contracts/assay/rolemodel/v1/role_model_service_pb'
import { CallButton } from '../../kit/call-button.tsx'
import { formatTime } from '../../kit/times.ts'
import { useMay } from '../../shell/rights.ts'
import { useCancelRoleModel } from './queries.ts'
import { progressText, texts } from './texts.ts'

/** The progress of a model that is being mined, and a button that cancels it. */
export function ModelProgress({ model }: { readonly model: RoleModel }) {
  const mayMine = useMay('mine')
  const { mutate: cancel, isPending, isSuccess } = useCancelRoleModel()
  const { progress } = model
  return (
    <div className="stack-tight">
      <div className="row">
        <span>{texts.running}</span>
        {mayMine && (
          <CallButton
            isBusy={isPending || isSuccess}
            aria-label={texts.cancelNamed(formatTime(model.createTime))}
            onPress={() => cancel({ roleModelId: model.id })}
          >
            {texts.cancel}
          </CallButton>
        )}
      </div>
      {progress !== undefined && progress.components > 0 && (
        <progress aria-label={texts.running} value={progress.componentsDone} max={progress.components} />
      )}
      <span className="small muted">{progressText(model)}</span>
    </div>
  )
}

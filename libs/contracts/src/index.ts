import { CandidateService } from './generated/assay/candidate/v1/candidate_service_pb.js'
import { InboxService } from './generated/assay/candidate/v1/inbox_service_pb.js'
import { ChangeService } from './generated/assay/change/v1/change_service_pb.js'
import { ProfileDriftService } from './generated/assay/change/v1/profile_drift_service_pb.js'
import { ClientService } from './generated/assay/client/v1/client_service_pb.js'
import { DecisionService } from './generated/assay/decision/v1/decision_service_pb.js'
import { DirectoryService } from './generated/assay/directory/v1/directory_service_pb.js'
import { ImportService } from './generated/assay/directory/v1/import_service_pb.js'
import { WebhookService } from './generated/assay/event/v1/webhook_service_pb.js'
import { ExploreService } from './generated/assay/explore/v1/explore_service_pb.js'
import { ImpactService } from './generated/assay/impact/v1/impact_service_pb.js'
import { CoverageService } from './generated/assay/insight/v1/coverage_service_pb.js'
import { EntitlementInsightService } from './generated/assay/insight/v1/entitlement_insight_service_pb.js'
import { MiningSettingsService } from './generated/assay/insight/v1/mining_settings_service_pb.js'
import { ReadinessService } from './generated/assay/insight/v1/readiness_service_pb.js'
import { RecommendationService } from './generated/assay/insight/v1/recommendation_service_pb.js'
import { RunInsightService } from './generated/assay/insight/v1/run_insight_service_pb.js'
import { WhyService } from './generated/assay/insight/v1/why_service_pb.js'
import { LedgerService } from './generated/assay/ledger/v1/ledger_service_pb.js'
import { MatrixService } from './generated/assay/matrix/v1/matrix_service_pb.js'
import { MiningService } from './generated/assay/mining/v1/mining_service_pb.js'
import { IssuerService } from './generated/assay/people/v1/issuer_service_pb.js'
import { PeopleService } from './generated/assay/people/v1/people_service_pb.js'
import { PolicyService } from './generated/assay/policy/v1/policy_service_pb.js'
import { ProfileService } from './generated/assay/profile/v1/profile_service_pb.js'
import { PublicationService } from './generated/assay/publication/v1/publication_service_pb.js'
import { ReviewService } from './generated/assay/review/v1/review_service_pb.js'
import { RoleModelService } from './generated/assay/rolemodel/v1/role_model_service_pb.js'
import { SessionPolicyService } from './generated/assay/session/v1/session_policy_service_pb.js'
import { SessionReadinessService } from './generated/assay/session/v1/session_readiness_service_pb.js'
import { SessionService } from './generated/assay/session/v1/session_service_pb.js'
import { PullService } from './generated/assay/source/v1/pull_service_pb.js'
import { SourceService } from './generated/assay/source/v1/source_service_pb.js'
import { UploadService } from './generated/assay/source/v1/upload_service_pb.js'
import { ViewService } from './generated/assay/view/v1/view_service_pb.js'
import { WorkService } from './generated/assay/work/v1/work_service_pb.js'
import {
  AccessConflictService,
  AppEntitlementMonitorBindingService,
} from './generated/c1/api/accessconflict/v1/access_conflict_service_pb.js'
import { AppEntitlementSearchService } from './generated/c1/api/app/v1/app_entitlement_search_service_pb.js'
import { AppEntitlementUserBindingService } from './generated/c1/api/app/v1/app_entitlement_user_binding_service_pb.js'
import { AppEntitlements } from './generated/c1/api/app/v1/app_entitlements_pb.js'
import { AppEntitlementOwners, AppOwners } from './generated/c1/api/app/v1/app_owners_pb.js'
import {
  AppResourceSearch,
  AppResourceService,
  AppResourceTypeService,
} from './generated/c1/api/app/v1/app_resource_service_pb.js'
import { AppSearch } from './generated/c1/api/app/v1/app_search_pb.js'
import { AppUserService } from './generated/c1/api/app/v1/app_user_service_pb.js'
import { Apps } from './generated/c1/api/app/v1/apps_pb.js'
import { AttributeSearch, Attributes } from './generated/c1/api/attribute/v1/attribute_pb.js'
import { Auth } from './generated/c1/api/auth/v1/auth_pb.js'
import { DirectoryService as OriginDirectoryService } from './generated/c1/api/directory/v1/directory_service_pb.js'
import { Roles } from './generated/c1/api/iam/v1/role_pb.js'
import { Policies, PolicySearch, PolicyValidate } from './generated/c1/api/policy/v1/policy_pb.js'
import { RequestCatalogManagementService } from './generated/c1/api/requestcatalog/v1/request_catalog_management_service_pb.js'
import { RequestCatalogSearchService } from './generated/c1/api/requestcatalog/v1/request_catalog_search_service_pb.js'
import { RoleMiningManagementSearchService } from './generated/c1/api/role_mining_management/v1/role_mining_management_search_service_pb.js'
import { RoleMiningManagementService } from './generated/c1/api/role_mining_management/v1/role_mining_management_service_pb.js'
import { TaskActionsService } from './generated/c1/api/task/v1/task_actions_service_pb.js'
import { TaskSearchService } from './generated/c1/api/task/v1/task_search_service_pb.js'
import { TaskService } from './generated/c1/api/task/v1/task_service_pb.js'
import { UserSearch } from './generated/c1/api/user/v1/user_search_pb.js'
import { UserService } from './generated/c1/api/user/v1/user_service_pb.js'
import { Health } from './generated/grpc/health/v1/health_pb.js'
import { ServerReflection } from './generated/grpc/reflection/v1/reflection_pb.js'
import { ServerReflection as ServerReflectionV1Alpha } from './generated/grpc/reflection/v1alpha/reflection_pb.js'
import { AccessProfilesService } from './generated/sailpoint/accessprofiles/v1/access_profiles_service_pb.js'
import { AccountsService } from './generated/sailpoint/accounts/v1/accounts_service_pb.js'
import { AccountUsagesService } from './generated/sailpoint/accountusages/v1/account_usages_service_pb.js'
import { CommonAccessService } from './generated/sailpoint/commonaccess/v1/common_access_service_pb.js'
import { EntitlementsService } from './generated/sailpoint/entitlements/v1/entitlements_service_pb.js'
import { RoleMiningService } from './generated/sailpoint/iai/rolemining/v1/role_mining_service_pb.js'
import { IdentitiesService } from './generated/sailpoint/identities/v1/identities_service_pb.js'
import { IdentityProfilesService } from './generated/sailpoint/identityprofiles/v1/identity_profiles_service_pb.js'
import { PublicIdentitiesService } from './generated/sailpoint/publicidentities/v1/public_identities_service_pb.js'
import { RecommendationsService } from './generated/sailpoint/recommendations/v1/recommendations_service_pb.js'
import { RoleInsightsService } from './generated/sailpoint/roleinsights/v1/role_insights_service_pb.js'
import { RolesService } from './generated/sailpoint/roles/v1/roles_service_pb.js'
import { SearchService } from './generated/sailpoint/search/v1/search_service_pb.js'
import { SodService } from './generated/sailpoint/sod/v1/sod_service_pb.js'
import { SourcesService } from './generated/sailpoint/sources/v1/sources_service_pb.js'
import { SourceUsagesService } from './generated/sailpoint/sourceusages/v1/source_usages_service_pb.js'
import { TaskStatusService } from './generated/sailpoint/taskstatus/v1/task_status_service_pb.js'
import { TenantService } from './generated/sailpoint/tenant/v1/tenant_service_pb.js'
import { UnheldService } from './generated/sailpoint/unheld/v1/unheld_service_pb.js'
import { WorkgroupsService } from './generated/sailpoint/workgroups/v1/workgroups_service_pb.js'

export {
  AccessConflictService,
  AccessProfilesService,
  AccountsService,
  AccountUsagesService,
  AppEntitlementMonitorBindingService,
  AppEntitlementOwners,
  AppEntitlementSearchService,
  AppEntitlements,
  AppEntitlementUserBindingService,
  AppOwners,
  AppResourceSearch,
  AppResourceService,
  AppResourceTypeService,
  AppSearch,
  Apps,
  AppUserService,
  AttributeSearch,
  Attributes,
  Auth,
  CandidateService,
  ChangeService,
  ClientService,
  CommonAccessService,
  CoverageService,
  DecisionService,
  DirectoryService,
  EntitlementInsightService,
  EntitlementsService,
  ExploreService,
  Health,
  IdentitiesService,
  IdentityProfilesService,
  ImpactService,
  ImportService,
  InboxService,
  IssuerService,
  LedgerService,
  MatrixService,
  MiningService,
  MiningSettingsService,
  OriginDirectoryService,
  PeopleService,
  Policies,
  PolicySearch,
  PolicyService,
  PolicyValidate,
  ProfileDriftService,
  ProfileService,
  PublicationService,
  PublicIdentitiesService,
  PullService,
  ReadinessService,
  RecommendationService,
  RecommendationsService,
  RequestCatalogManagementService,
  RequestCatalogSearchService,
  ReviewService,
  RoleInsightsService,
  RoleMiningManagementSearchService,
  RoleMiningManagementService,
  RoleMiningService,
  RoleModelService,
  Roles,
  RolesService,
  RunInsightService,
  SearchService,
  ServerReflection,
  ServerReflectionV1Alpha,
  SessionPolicyService,
  SessionReadinessService,
  SessionService,
  SodService,
  SourceService,
  SourcesService,
  SourceUsagesService,
  TaskActionsService,
  TaskSearchService,
  TaskService,
  TaskStatusService,
  TenantService,
  UnheldService,
  UploadService,
  UserSearch,
  UserService,
  ViewService,
  WebhookService,
  WhyService,
  WorkgroupsService,
  WorkService,
}

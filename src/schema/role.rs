//! What a field means, whatever it is called.
//!
//! The program knows no field by its name: audit and pages ask for roles. The set is closed, and
//! grows here when a page or a check needs a meaning that has none yet.

macro_rules! roles {
    ($($(#[doc = $doc:literal])+ $name:ident = $word:literal),+ $(,)?) => {
        /// The meaning of a field.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Role { $($(#[doc = $doc])+ $name),+ }

        impl Role {
            /// Every role, in the order of this page.
            pub const ALL: &[Role] = &[$(Role::$name),+];

            /// Returns the word that a kind's file uses.
            pub fn name(self) -> &'static str {
                match self { $(Role::$name => $word),+ }
            }

            /// Returns the role that a kind's file calls `word`.
            pub fn from_name(word: &str) -> Option<Role> {
                match word { $($word => Some(Role::$name),)+ _ => None }
            }
        }
    };
}

roles! {
    /// The record's name.
    Title = "title",
    /// Planned, active, standby or retired.
    Status = "status",
    /// In plain words: what this does for the business.
    Purpose = "purpose",
    /// What is read off a label: searched whole and in part, with a copy button.
    Identifier = "identifier",
    /// An address that this record has, not one that it mentions.
    ClaimsAddress = "claims_address",
    /// A range of addresses that this record defines.
    Prefix = "prefix",
    /// A VLAN number (IEEE 802.1Q) that this record defines.
    Vlan = "vlan",
    /// The gateway of a prefix.
    Gateway = "gateway",
    /// A range that DHCP hands out, with `from` and `to`.
    DhcpRange = "dhcp_range",
    /// An address that is kept for somebody.
    ReservedAddress = "reserved_address",
    /// The day something ends.
    Expires = "expires",
    /// A day on which to look again, or to have done something.
    Due = "due",
    /// How long before the end notice must be given.
    Notice = "notice",
    /// The day somebody last made sure of this record.
    Reviewed = "reviewed",
    /// Who made sure.
    ReviewedBy = "reviewed_by",
    /// How: looked, tested, exported, told.
    ReviewedHow = "reviewed_how",
    /// How often to make sure.
    ReviewInterval = "review_interval",
    /// Who owns it.
    Owner = "owner",
    /// In whose name it is registered.
    Registrant = "registrant",
    /// Who pays for it.
    Payer = "payer",
    /// Who can administer it.
    Admin = "admin",
    /// Where a recovery code or link goes.
    Recovery = "recovery",
    /// Who holds a credential.
    Custodian = "custodian",
    /// Whom a person works for.
    Employer = "employer",
    /// Bought, leased, the provider's or unknown.
    Ownership = "ownership",
    /// An amount of money.
    Cost = "cost",
    /// Whom to call about it.
    Contact = "contact",
    /// The place in the order of calling.
    CallingOrder = "calling_order",
    /// The site it is at.
    Location = "location",
    /// The rack it is in.
    Rack = "rack",
    /// The lowest rack unit it takes.
    RackUnit = "rack_unit",
    /// How many rack units it takes.
    RackHeight = "rack_height",
    /// Whether it takes the front of its units, the rear, or both.
    RackFace = "rack_face",
    /// The number of a rack's first unit, where that is not 1.
    RackStart = "rack_start",
    /// Whether a rack's units are counted from the top.
    RackDescending = "rack_descending",
    /// The things in a rack that have no record.
    RackItems = "rack_items",
    /// Whether space is only kept free.
    Reserved = "reserved",
    /// The power it draws, in watts.
    Watts = "watts",
    /// How many sockets it gives power from.
    Outlets = "outlets",
    /// Where a port's back leads to, as that of a patch panel.
    Rear = "rear",
    /// Its tier in a drawing of the network.
    Tier = "tier",
    /// What it needs to work.
    DependsOn = "depends_on",
    /// What it needs one of: the rest stands in for what fails.
    OneOf = "one_of",
    /// What it gives what those need, as power; one that does so is enough.
    Feeds = "feeds",
    /// What takes over when it fails, and the other way round.
    Partner = "partner",
    /// The procedure that brings it back.
    RecoveredBy = "recovered_by",
    /// Its place when everything is started again.
    RecoveryOrder = "recovery_order",
    /// Who works with it.
    UsedBy = "used_by",
    /// How many work with it.
    Users = "users",
    /// Recovery time objective (ISO 22301).
    Rto = "rto",
    /// Recovery point objective (ISO 22301).
    Rpo = "rpo",
    /// The day it was last tried out.
    Tested = "tested",
    /// What a test tested.
    TestOf = "test_of",
    /// What a backup protects.
    BackupOf = "backup_of",
    /// How a test, run or change went.
    Result = "result",
    /// The maintenance window of a change.
    Window = "window",
    /// What a change touched.
    Affected = "affected",
    /// What came out of a change.
    Outcome = "outcome",
    /// The release in which a change is told.
    Release = "release",
    /// Why a change was made.
    Reason = "reason",
    /// Who made a change.
    DoneBy = "done_by",
    /// Who agreed to a change.
    ApprovedBy = "approved_by",
    /// Where a credential is kept; never the credential.
    SecretLocation = "secret_location",
    /// What a contract covers.
    Covers = "covers",
    /// What happens at the end of a contract.
    Exit = "exit",
    /// What has been agreed about who owns the work.
    WorkOwnership = "work_ownership",
    /// The rows of settings.
    Settings = "settings",
    /// The group of a setting.
    SettingGroup = "setting_group",
    /// The name of a setting.
    SettingName = "setting_name",
    /// The id of a setting whose name occurs more than once.
    SettingId = "setting_id",
    /// What a setting is set to.
    SettingValue = "setting_value",
    /// The unit of a setting's value.
    SettingUnit = "setting_unit",
    /// What the maker set it to.
    SettingDefault = "setting_default",
    /// Why it is set so.
    SettingWhy = "setting_why",
    /// The record that rows of settings in a record of their own belong to.
    SettingSubject = "setting_subject",
    /// The steps of a procedure.
    Steps = "steps",
    /// The id of a step.
    StepId = "step_id",
    /// What to do.
    StepText = "step_text",
    /// Who does it.
    StepWho = "step_who",
    /// A command to run.
    StepCommand = "step_command",
    /// The language of the command.
    StepLanguage = "step_language",
    /// What to expect.
    StepExpected = "step_expected",
    /// What to take care of.
    StepCaution = "step_caution",
    /// How long it takes.
    StepDuration = "step_duration",
    /// What a term means.
    Definition = "definition",
    /// Who wrote it.
    Author = "author",
    /// The day it took place.
    Happened = "happened",
    /// The file that a record is about.
    Attachment = "attachment",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_found_by_its_own_name() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(*role));
        }
    }
}

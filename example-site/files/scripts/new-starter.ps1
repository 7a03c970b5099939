#Requires -Modules ActiveDirectory
<#
  Makes the account of a new person, with groups and home folder.
  Belongs to Harborview. Version 1.3, 2026-07-20.
  Example: .\new-starter.ps1 -GivenName Lee -Surname Park -Site Northside -Role Clinic
#>
param(
    [Parameter(Mandatory)] [string] $GivenName,
    [Parameter(Mandatory)] [string] $Surname,
    [Parameter(Mandatory)] [ValidateSet('HQ', 'Northside')] [string] $Site,
    [Parameter(Mandatory)] [ValidateSet('Clinic', 'Front desk', 'Office')] [string] $Role
)
$ErrorActionPreference = 'Stop'

$sam = ("$GivenName.$Surname").ToLower()
$upn = "$sam@harborview.example"
$ou = "OU=$Site,OU=Staff,OU=Harborview,DC=ad,DC=harborview,DC=example"

if (Get-ADUser -Filter "SamAccountName -eq '$sam'") {
    throw "There is already an account called $sam."
}

# Typed once, never written down: the person signs in with a temporary pass and chooses their own.
$first = Read-Host -Prompt 'First password, from the password manager' -AsSecureString

New-ADUser -Name "$GivenName $Surname" -GivenName $GivenName -Surname $Surname `
    -SamAccountName $sam -UserPrincipalName $upn -EmailAddress $upn -Path $ou `
    -AccountPassword $first -ChangePasswordAtLogon $true -Enabled $true

foreach ($group in @('Staff', $Role, "Site $Site")) {
    Add-ADGroupMember -Identity $group -Members $sam
}

$folder = "\\nas-hq-01\office\People\$sam"
New-Item -ItemType Directory -Path $folder | Out-Null
$acl = Get-Acl $folder
$rule = New-Object System.Security.AccessControl.FileSystemAccessRule("HARBORVIEW\$sam",
    'Modify', 'ContainerInherit,ObjectInherit', 'None', 'Allow')
$acl.AddAccessRule($rule)
Set-Acl -Path $folder -AclObject $acl

Write-Output "Made $upn in $ou. It reaches Microsoft 365 within 30 minutes."

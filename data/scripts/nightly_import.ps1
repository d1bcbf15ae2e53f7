#requires -Version 7
<#
.SYNOPSIS
Send tonight's CSV files to Canvas, wait until the import has ended, and archive the result.

.DESCRIPTION
The twin of nightly_import.py for Windows import servers. It needs PowerShell 7 and nothing else.
Domain and token come from the environment variables CANVAS_DOMAIN and CANVAS_API_TOKEN; for a production
Canvas, CANVAS_CONFIRM must contain the domain, too.
Exit status: 0 success, 1 somebody must act, 2 stopped midway.

.PARAMETER Outbox
The folder where the SIS writes its CSV files.

.PARAMETER Archive
The folder for packages, responses, and the log.

.EXAMPLE
pwsh -NoProfile -NonInteractive -File nightly_import.ps1 -Outbox D:\sis\outbox -Archive D:\sis\archive
#>
param(
    [Parameter(Mandatory)] [string] $Outbox,
    [Parameter(Mandatory)] [string] $Archive
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$Success, $Act, $Stopped = 0, 1, 2
$NewImport = 'created', 'initializing'
$UnderWay = 'created', 'importing', 'cleanup_batch'
$BadEnds = 'failed', 'failed_with_messages', 'aborted'
$FourHours = New-TimeSpan -Hours 4
$LogFile = Join-Path $Archive 'nightly_import.log'

function Write-Log([string] $Text) {
    "$(Get-Date -Format 'yyyy-MM-dd HH:mm:ss') $Text" | Add-Content -LiteralPath $LogFile -Encoding utf8
}

function Get-BaseUrl {
    $domain = "$env:CANVAS_DOMAIN".Trim()
    if (-not $domain -or -not $env:CANVAS_API_TOKEN) { throw 'Set CANVAS_DOMAIN and CANVAS_API_TOKEN first.' }
    if ($domain -match '^http://127\.0\.0\.1(:\d+)?$') { return $domain }  # the practice Canvas
    if ($domain -notmatch '\.(test|beta)\.instructure\.com$' -and $env:CANVAS_CONFIRM -ne $domain) {
        throw "$domain is a production Canvas: set CANVAS_CONFIRM to its domain as well."
    }
    return "https://$domain"
}

function Invoke-Canvas([string] $Method, [string] $Path, [hashtable] $Form) {
    $request = @{
        Method             = $Method
        Uri                = "$BaseUrl/api/v1/accounts/self/$Path"
        Headers            = @{ Authorization = "Bearer $env:CANVAS_API_TOKEN" }
        UserAgent          = 'nightly_import.ps1'
        MaximumRedirection = 0
    }
    if ($Form) { $request.Form = $Form }
    else { $request.MaximumRetryCount = 4; $request.RetryIntervalSec = 15 }  # only requests that read are repeated
    Invoke-RestMethod @request
}

function Compress-Outbox([System.IO.FileInfo[]] $Files, [string] $Folder) {
    New-Item -ItemType Directory -Path $Folder -Force | Out-Null
    $package = Join-Path $Folder 'sis_import.zip'
    Compress-Archive -LiteralPath $Files.FullName -DestinationPath $package -Force
    return $package
}

function Wait-SisImport([long] $Id) {
    $deadline, $pause = ((Get-Date) + $FourHours), 1.0
    while ((Get-Date) -lt $deadline) {
        $import = Invoke-Canvas GET "sis_imports/$Id"
        if ($import.workflow_state -notin ($UnderWay + $NewImport)) { return $import }
        Start-Sleep -Seconds $pause
        $pause = [Math]::Min($pause * 1.25, 15.0)
    }
    throw "Import $Id had not ended after four hours. Check it before you send another."
}

function Wait-Previous {
    $states = ($UnderWay | ForEach-Object { "workflow_state%5B%5D=$_" }) -join '&'
    foreach ($ahead in (Invoke-Canvas GET "sis_imports?per_page=100&$states").sis_imports) {
        Write-Log "INFO Import $($ahead.id) is $($ahead.workflow_state): waiting until it has ended"
        Wait-SisImport $ahead.id | Out-Null
    }
    $last = (Invoke-Canvas GET 'sis_imports?per_page=10').sis_imports |
        Where-Object workflow_state -ne 'initializing' | Select-Object -First 1
    if ($last -and $last.workflow_state -in $BadEnds) {
        throw "The last import, $($last.id), ended $($last.workflow_state). Fix it first. Nothing was sent."
    }
}

function Send-SisImport([string] $Package) {
    $path = 'sis_imports.json?import_type=instructure_csv'
    try {
        $sent = Invoke-Canvas POST $path @{ attachment = Get-Item -LiteralPath $Package }
    } catch {
        throw "$_ Canvas may have received the import. Check the list of imports before you send it again."
    }
    $id = if ($sent.PSObject.Properties['id']) { $sent.id } else { 'without an id' }
    $state = if ($sent.PSObject.Properties['workflow_state']) { $sent.workflow_state } else { 'missing' }
    if ($id -eq 'without an id' -or $state -notin $NewImport) {
        throw "Import $id has the workflow_state $state. Check the list of imports before you send it again."
    }
    Write-Log "INFO Import $($sent.id) is $($sent.workflow_state)"
    return $sent
}

function Save-Result($Ended, [string] $Folder) {
    $json = $Ended | ConvertTo-Json -Depth 20
    $json -replace '(verifier=)[^"&]+', '$1removed' |  # a verifier opens the file without a token
        Set-Content -LiteralPath (Join-Path $Folder 'sis_import.json') -Encoding utf8
    if ($Ended.PSObject.Properties['errors_attachment']) {
        Invoke-WebRequest -Uri $Ended.errors_attachment.url -OutFile (Join-Path $Folder 'messages.csv')
    }
}

New-Item -ItemType Directory -Path $Archive -Force | Out-Null
try {
    $BaseUrl = Get-BaseUrl
    $files = @(Get-ChildItem -LiteralPath $Outbox -File | Where-Object Extension -eq '.csv')
    if (-not $files) { throw "$Outbox contains no CSV file. Find out why the SIS wrote none." }
    $folder = Join-Path $Archive (Get-Date -Format 'yyyy-MM-dd_HH.mm.ss')
    $package = Compress-Outbox $files $folder
    Wait-Previous
    $sent = Send-SisImport $package
    $ended = Wait-SisImport $sent.id
    $files | Remove-Item  # they stay in the package
    Save-Result $ended $folder
} catch {
    Write-Log "ERROR $_"
    [Console]::Error.WriteLine("$_")
    exit $Stopped
}

if ($ended.workflow_state -eq 'imported') {
    Write-Log "INFO Import $($ended.id) is imported"
    exit $Success
}
Write-Log "WARNING Import $($ended.id) is $($ended.workflow_state): read the files in $folder"
[Console]::Error.WriteLine("Import $($ended.id) is $($ended.workflow_state): read the files in $folder")
exit $Act

using System.Xml.Linq;
using HostingPanel.Persistence;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace HostingPanel.Web.Security;

/// <summary>Keeps the keys of cookies in the panel's database, so that a replaced container signs nobody out.</summary>
internal sealed class DatabaseXmlRepository(DataProtectionKeyStore store) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements() => [.. store.All().Select(XElement.Parse)];

    public void StoreElement(XElement element, string friendlyName) =>
        store.Add(friendlyName, element.ToString(SaveOptions.DisableFormatting));
}

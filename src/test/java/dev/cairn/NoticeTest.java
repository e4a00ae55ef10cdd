/* SPDX-License-Identifier: Apache-2.0 */
package dev.cairn;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** NOTICE names everything that the build puts into a jar, or that the library needs. */
public class NoticeTest {
  @Test
  public void namesEveryDependencyThatIsNotForTests() throws Exception {
    Document pom = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse("pom.xml");
    NodeList artifacts =
        (NodeList)
            XPathFactory.newInstance()
                .newXPath()
                .evaluate(
                    "/project/dependencies/dependency[not(scope='test')]/artifactId",
                    pom,
                    XPathConstants.NODESET);
    assertTrue("no dependency found in pom.xml", artifacts.getLength() > 1);
    String notice = Files.readString(Path.of("NOTICE"));
    List<String> missing = new ArrayList<>();
    for (int i = 0; i < artifacts.getLength(); i++) {
      String artifact = artifacts.item(i).getTextContent().strip();
      if (notice.contains(artifact) == false) {
        missing.add(artifact);
      }
    }
    assertEquals("not named in NOTICE", List.of(), missing);
  }
}
